#!/usr/bin/env bash
# Signs a message on a real Espruino, verifies it, and writes down what it said. Without such a transcript nothing is more than "profile".
#   ESPRUINO=/path/to/espruino scripts/espruino-by-hand.sh [--instructions | --lock | --board [--native] [--wifi] [APP [READINGS]]] > docs/espruino-linux-transcript.txt
# ESPRUINO: a Linux build of Espruino, 2v25 or newer. --instructions: also under valgrind, three times, some minutes.
# --board: it is a board on a serial line instead, with a build of APP: provisioned, and its reports accepted over a relay, by the
# command line. READINGS: how many are in a report. --wifi: over MQTT of its own, through the interpreter's sockets; Linux has no radio,
# so that one is made up. --native: it signs by machine code for Cortex-M4, which a build of Espruino for ARM can run;
# docs/building.md says how to make one for qemu-arm-static.
# --lock: the lock of the console is attacked, by its console and its line, before and after a power cut, and opened by its button,
# which a file stands for. It cannot show: USB and Bluetooth, where a console moves by itself; a Ctrl-C in the first microseconds of a
# boot; the key overwritten where it stands, since the flash of a Linux build is no memory; a pin.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -x "${ESPRUINO:-}" ]; then
  echo "espruino-by-hand: no interpreter to run, because ESPRUINO does not name one. Set it to a Linux build of Espruino." >&2
  exit 1
fi
for tool in socat $([ "${1:-}" = --instructions ] && echo valgrind); do
  command -v "$tool" >/dev/null || { echo "espruino-by-hand: $tool is missing. Install it: apt-get install -y $tool" >&2; exit 1; }
done

if [ "${1:-}" = --lock ]; then
  exec timeout 300 node_modules/.bin/tsx test/firmware/espruino-profile/by-hand-lock.ts "$ESPRUINO"
fi
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
  signing=$(counted signing --signing)
  verifying=$(counted verifying --verifying)
  echo "x86 instructions, callgrind: $signing with a signature, $idle without, so $((signing - idle)) for one signature with what waits for it"
  echo "and $verifying with a verification, so $((verifying - idle)) for one: $(( (verifying - idle) * 10 / (signing - idle) )) tenths of a signature"
fi
