#!/usr/bin/env bash
# Installs what is needed beside .NET and Node.js, where that can be done: the HSM of the signing tests, the browser of the dashboard's and ShellCheck, or what is named instead.
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

has_softhsm() {
  local folder
  for folder in /usr/lib/softhsm /usr/lib64/softhsm /usr/lib64/pkcs11 /usr/local/lib/softhsm /opt/homebrew/lib/softhsm; do
    [ ! -e "$folder/libsofthsm2.so" ] || return 0
  done
  return 1
}

has_chromium() {
  [ -n "${SERVERLESS_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

[ $# -gt 0 ] || set -- softhsm2 chromium shellcheck
for tool in "$@"; do
  case "$tool" in
    softhsm2)
      has_softhsm || install softhsm2 softhsm
      has_softhsm || { echo "SoftHSM2 is missing: install the package softhsm2 (Homebrew: softhsm)."; exit 1; } ;;
    chromium)
      has_chromium || install chromium chromium
      has_chromium || { echo "Chromium is missing: install the package chromium, or set SERVERLESS_CHROMIUM to its path."; exit 1; } ;;
    shellcheck)
      command -v shellcheck >/dev/null || install shellcheck shellcheck
      command -v shellcheck >/dev/null || { echo "ShellCheck is missing: install the package shellcheck."; exit 1; } ;;
    afl++)
      command -v afl-fuzz >/dev/null || install afl++ afl++
      command -v afl-fuzz >/dev/null || { echo "AFL++ is missing: install the package afl++."; exit 1; } ;;
    wrk)
      command -v wrk >/dev/null || install wrk wrk
      command -v wrk >/dev/null || { echo "wrk is missing: install the package wrk."; exit 1; } ;;
    cc)
      command -v cc >/dev/null || { install gcc gcc && install libc6-dev gcc; }
      command -v cc >/dev/null || { echo "A C compiler is missing: install the package gcc."; exit 1; } ;;
    *)
      echo "No tool is called $tool."; exit 2 ;;
  esac
done
