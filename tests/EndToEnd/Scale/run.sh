#!/usr/bin/env bash
# Fills a store with ten thousand releases, a thousand channels and a million devices, and measures what devices and pages ask, of a small app and of the large
# one by turns. Writes results.md beside this file. Takes some gigabytes of memory, most of it for the emulator. SCALE_PART=10 makes a tenth of everything.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export NODE_OPTIONS=--max-old-space-size=12288
part=${SCALE_PART:-1}
export SCALE_RELEASES=$((9880 / part)) SCALE_CHANNELS=$((980 / part)) SCALE_DEVICES=$((1000000 / part)) SCALE_CALLS=${SCALE_CALLS:-20}
dotnet build tests/EndToEnd -c Release --verbosity quiet
dotnet tests/EndToEnd/bin/Release/net10.0/Serverless.Tests.EndToEnd.dll -class Serverless.Tests.EndToEnd.Scale.ScaleTests
cp .local/cache/scale/results.md tests/EndToEnd/Scale/results.md
cat tests/EndToEnd/Scale/results.md
