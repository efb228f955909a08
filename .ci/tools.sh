#!/usr/bin/env bash
# Installs what is needed beside .NET and Node.js, where that can be done: softhsm2, the HSM of the signing tests, or what is named instead.
set -euo pipefail

install() {
  if command -v apt-get >/dev/null; then
    as_root=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$1" >/dev/null
  elif command -v brew >/dev/null; then
    brew install --quiet "$2"
  fi
}

find_softhsm() { ls /usr/lib/softhsm/libsofthsm2.so /usr/lib64/softhsm/libsofthsm2.so /usr/lib64/pkcs11/libsofthsm2.so \
  /usr/local/lib/softhsm/libsofthsm2.so /opt/homebrew/lib/softhsm/libsofthsm2.so 2>/dev/null | head -1 || true; }

case "${1:-softhsm2}" in
  softhsm2)
    [ -n "$(find_softhsm)" ] || install softhsm2 softhsm
    [ -n "$(find_softhsm)" ] || { echo "SoftHSM2 is missing: install the package softhsm2 (Homebrew: softhsm)."; exit 1; } ;;
  afl++)
    command -v afl-fuzz >/dev/null || install afl++ afl++
    command -v afl-fuzz >/dev/null || { echo "AFL++ is missing: install the package afl++."; exit 1; } ;;
  *)
    echo "No tool is called $1."; exit 2 ;;
esac
