#!/usr/bin/env bash
# Measures the server as it is published, beside the ceiling: an empty Kestrel endpoint of the same answer size, in the same run.
#
#   tests/Bench/run.sh                    everything; writes tests/Bench/RESULTS.md
#   tests/Bench/run.sh --quick            rounds of 2 seconds and no big bundle, printed only
#   tests/Bench/run.sh --parts [FILTER]   the parts by themselves
#
# CODE_PUSH_SERVER names a checkout of code-push-server, which is built, started on the same Azurite, and measured in the same rounds. Azurite then takes the
# emulator's own ports (10000 to 10002), where the checkout looks for it. REDIS_HOST and REDIS_PORT give it a cache, as it reads them itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
bench=tests/Bench/bin/Release/net10.0/Serverless.Bench.dll
server=.local/bench/server
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) runtime=linux-x64 ;;
  Linux-aarch64) runtime=linux-arm64 ;;
  Darwin-arm64) runtime=osx-arm64 ;;
  *) echo "No build is known for $(uname -s) on $(uname -m)."; exit 2 ;;
esac

dotnet build tests/Bench -c Release --verbosity quiet
if [ "${1:-}" = --parts ]; then
  exec dotnet "$bench" parts --artifacts .local/bench/parts --filter "${2:-*}"
fi

bash .ci/tools.sh wrk
# Together with the framework, as it is recommended to be published: what is compiled alone has to be compiled anew where it meets the framework's generic code.
rm -rf "$server" "functions/obj/Release/net10.0/$runtime"
dotnet publish functions -c Release -r "$runtime" --self-contained -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true \
  -p:NuGetLockFilePath="$PWD/.local/bench/packages.lock.json" -o "$server" --verbosity quiet
peer=()
if [ -n "${CODE_PUSH_SERVER:-}" ]; then
  [ -f "$CODE_PUSH_SERVER/api/bin/script/server.js" ] || (cd "$CODE_PUSH_SERVER/api" && npm install --no-audit --no-fund && npm run build)
  peer=(--code-push-server "$CODE_PUSH_SERVER")
fi
case "${1:-}" in
  --quick) dotnet "$bench" load --server "$server/Serverless" --seconds 2 --big-bundle 0 --lives 200 --output .local/bench/RESULTS.md "${peer[@]}" "${@:2}" ;;
  *)
    dotnet "$bench" load --server "$server/Serverless" --output tests/Bench/RESULTS.md "${peer[@]}" "$@"
    # Hours of chaos and a store of a million devices are measured by themselves; what they came to belongs to this page.
    {
      cat tests/Bench/shortfalls.md
      cat <<'CHAOS'

## Chaos

Hours of faults by a seed, with `tests/Chaos/run.sh 60 SEED`: two servers on one emulator, and all that they answered for held against what is stored.
CHAOS
      for table in tests/Chaos/results/*.md; do printf '\n'; cat "$table"; done
      printf '\n## Scale\n\n'
      cat tests/EndToEnd/Scale/results.md
    } >> tests/Bench/RESULTS.md
    ;;
esac
