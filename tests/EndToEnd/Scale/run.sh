#!/usr/bin/env bash
# Fills a store with ten thousand releases and a million devices, and measures each read of the management API that a page makes. Writes results.md beside
# this file. Takes a quarter of an hour and some gigabytes of memory, most of both for the emulator.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export NODE_OPTIONS=--max-old-space-size=12288
export SCALE_RELEASES=${SCALE_RELEASES:-9880} SCALE_DEVICES=${SCALE_DEVICES:-1000000} SCALE_CALLS=${SCALE_CALLS:-20}
dotnet build tests/EndToEnd -c Release --verbosity quiet
dotnet tests/EndToEnd/bin/Release/net10.0/Serverless.Tests.EndToEnd.dll -class Serverless.Tests.EndToEnd.Scale.ScaleTests
cp .local/cache/scale/results.md tests/EndToEnd/Scale/results.md
cat tests/EndToEnd/Scale/results.md
