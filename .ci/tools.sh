#!/usr/bin/env bash
# Installs what the tests need beside .NET and Node.js, where that can be done: SoftHSM2, the HSM of the signing tests.
set -euo pipefail

find_softhsm() { ls /usr/lib/softhsm/libsofthsm2.so /usr/lib64/softhsm/libsofthsm2.so /usr/lib64/pkcs11/libsofthsm2.so \
  /usr/local/lib/softhsm/libsofthsm2.so /opt/homebrew/lib/softhsm/libsofthsm2.so 2>/dev/null | head -1 || true; }

if [ -z "$(find_softhsm)" ]; then
  if command -v apt-get >/dev/null; then
    as_root=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends softhsm2 >/dev/null
  elif command -v brew >/dev/null; then
    brew install --quiet softhsm
  fi
fi

[ -n "$(find_softhsm)" ] || { echo "SoftHSM2 is missing: install the package softhsm2 (Homebrew: softhsm)."; exit 1; }
