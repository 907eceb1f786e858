#!/usr/bin/env bash
# Signs a message on a real Espruino and writes down what it said. Without such a transcript nothing is more than "profile".
#   ESPRUINO=/path/to/espruino scripts/espruino-by-hand.sh [--instructions | --board [--wifi] [APP [READINGS]]] > docs/espruino-linux-transcript.txt
# ESPRUINO: a Linux build of Espruino, 2v25 or newer. --instructions: also under valgrind, twice, some minutes.
# --board: it is a board on a serial line instead, with a build of APP: provisioned, and its reports accepted over a relay, by the
# command line. READINGS: how many are in a report. --wifi: over MQTT of its own, through the interpreter's sockets; Linux has no radio,
# so that one is made up.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -x "${ESPRUINO:-}" ]; then
  echo "espruino-by-hand: no interpreter to run, because ESPRUINO does not name one. Set it to a Linux build of Espruino." >&2
  exit 1
fi
for tool in socat $([ "${1:-}" = --instructions ] && echo valgrind); do
  command -v "$tool" >/dev/null || { echo "espruino-by-hand: $tool is missing. Install it: apt-get install -y $tool" >&2; exit 1; }
done

if [ "${1:-}" = --board ]; then
  node scripts/build.mjs
  exec timeout 300 node_modules/.bin/tsx test/firmware/espruino-profile/by-hand-board.ts "$ESPRUINO" "${@:2}"
fi

run() { timeout 1500 node_modules/.bin/tsx test/firmware/espruino-profile/by-hand.ts "$@"; }
run "$ESPRUINO"

if [ "${1:-}" = --instructions ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  counted() {
    local out="$folder/$1"; shift
    run "$@" valgrind --tool=callgrind --callgrind-out-file="$out" "$ESPRUINO" >/dev/null 2>&1
    sed -n 's/^\(totals\|summary\): \([0-9]*\).*/\2/p' "$out" | tail -n 1
  }
  idle=$(counted idle --idle)
  signing=$(counted signing)
  echo "x86 instructions, callgrind: $signing with a signature, $idle without, so $((signing - idle)) for one signature with what waits for it"
fi
