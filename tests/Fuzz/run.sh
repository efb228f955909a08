#!/usr/bin/env bash
# Fuzzes what reads requests, zips and signatures of strangers, guided by coverage (AFL++ and SharpFuzz).
#
#   tests/Fuzz/run.sh SECONDS [TARGET]   all targets side by side for so long, or one of them
#   tests/Fuzz/run.sh --replay FILE      a finding once more, with what is wrong about it
#
# Fails when an input ends in an exception, takes more than 10 seconds or more memory than 256 MB, or when memory grows that far over many
# inputs. Such inputs stay in .local/fuzz/findings/TARGET.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
heap_limit=10000000 # hexadecimal bytes
milliseconds=10000
output=.local/fuzz
findings=$output/findings

build() {
  dotnet build tests/Fuzz -c Release --verbosity quiet
  rm -rf "$output/plain"
  cp -R tests/Fuzz/bin/Release/net10.0 "$output/plain"
}

fuzz() { DOTNET_GCHeapHardLimit=$heap_limit dotnet "$output/$1/Serverless.Fuzz.dll" "${@:2}"; }

# $1: target, $2: file. Without the fuzzer, in a process of its own.
replay() { timeout "$((milliseconds / 1000))" bash -c "$(declare -f fuzz); heap_limit=$heap_limit output=$output; fuzz plain replay '$1' '$2'"; }

usage() { sed -n '4,5s/^# *//p' "$0"; exit 2; }

mkdir -p "$output"
case "${1:-}" in
  --replay)
    [ -f "${2:-}" ] || usage
    build
    replay "$(basename "$(dirname "$2")")" "$2" && echo "Nothing is wrong with it any more."
    exit ;;
  '' | *[!0-9]*) usage ;;
esac

bash .ci/tools.sh afl++
build
rm -rf "$output/instrumented" "$output/runs"
cp -R "$output/plain" "$output/instrumented"
fuzz plain instrument "$output/instrumented/Serverless.dll"

# Findings are no core dumps, the frequency of the CPU is not ours to change, and more targets than cores may run.
export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_FORKSRV_INIT_TMOUT=120000

targets=${2:-$(fuzz plain targets)}
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
for target in $targets; do
  run=$output/runs/$target
  fuzz plain seeds "$target" "$run/seeds"
  words=tests/Fuzz/Dictionaries/$target.dict
  DOTNET_GCHeapHardLimit=$heap_limit afl-fuzz -i "$run/seeds" -o "$run" -V "$1" -t "$milliseconds" -m none $([ -f "$words" ] && echo "-x $words") \
    -- dotnet "$output/instrumented/Serverless.Fuzz.dll" run "$target" >"$run/log" 2>&1 &
  echo $! >"$run/pid"
done

number() { sed -n "s/^$2 *: *\([0-9.]*\).*/\1/p" "$output/runs/$1/default/fuzzer_stats"; }

failed=0
printf '%-12s %12s %10s %8s %8s %9s\n' target executions "a second" edges corpus findings
for target in $targets; do
  run=$output/runs/$target
  if ! wait "$(<"$run/pid")" || [ ! -f "$run/default/fuzzer_stats" ]; then
    echo "$target did not run to its end:"
    tail -20 "$run/log"
    failed=1
    continue
  fi

  found=0
  for input in "$run"/default/crashes/id:* "$run"/default/hangs/id:*; do
    [ -f "$input" ] || continue
    kept=$findings/$target/$(git hash-object "$input" | cut -c1-16)
    mkdir -p "$(dirname "$kept")"
    cp "$input" "$kept"
    if reason=$(replay "$target" "$kept" 2>&1); then
      reason="not by this input alone: memory grew"
      # What was slow among many and is not by itself says something about the machine.
      [[ $input == */hangs/* ]] && { rm "$kept"; continue; }
    fi
    found=$((found + 1))
    echo "tests/Fuzz/run.sh --replay $kept: $(grep -m1 . <<<"${reason:-no answer in time}")"
  done
  printf '%-12s %12s %10s %8s %8s %9s\n' "$target" "$(number "$target" execs_done)" "$(number "$target" execs_per_sec)" \
    "$(number "$target" edges_found)" "$(number "$target" corpus_count)" "$found"
  [ "$found" -eq 0 ] || failed=1
done
exit "$failed"
