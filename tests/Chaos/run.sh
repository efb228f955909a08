#!/usr/bin/env bash
# Runs two servers, a fleet and all that can go wrong, for so many minutes, by a seed; ends with a table, and with 1 when an invariant was violated.
#
#   tests/Chaos/run.sh MINUTES SEED [OPTION …]     the table is also in .local/chaos/SEED.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

minutes=${1:?minutes, such as 60}
seed=${2:?a seed, such as 1}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
here=.local/chaos
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) runtime=linux-x64 ;;
  Linux-aarch64) runtime=linux-arm64 ;;
  Darwin-arm64) runtime=osx-arm64 ;;
  *) echo "No build is known for $(uname -s) on $(uname -m)."; exit 2 ;;
esac

bash .ci/tools.sh cc
mkdir -p "$here"
(
  # Several runs may begin at once; each has programs of its own, which nobody builds anew under it.
  if command -v flock >/dev/null; then flock 9; fi
  dotnet publish tests/Chaos -c Release -o "$here/$seed/supervisor" --verbosity quiet
  dotnet publish functions -c Release -r "$runtime" --no-self-contained -p:PublishReadyToRun=true -p:NuGetLockFilePath="$PWD/$here/packages.lock.json" -o "$here/$seed/server" --verbosity quiet
) 9>"$here/build.lock"
exec dotnet "$here/$seed/supervisor/Serverless.Chaos.dll" --minutes "$minutes" --seed "$seed" --server "$here/$seed/server/Serverless.dll" --output "$here/$seed.md" "${@:3}"
