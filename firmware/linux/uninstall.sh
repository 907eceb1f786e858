#!/bin/sh
# Takes the service and its builds away. Key and outbox stay in /var/lib/hexfix-device: without the key the device is lost.
set -eu

root=${HEXFIX_ROOT:-}
unit=hexfix-device.service

[ -n "$root" ] || [ "$(id -u)" = 0 ] || {
  printf 'uninstall: run it as root: sudo sh uninstall.sh\n' >&2
  exit 1
}
systemctl disable --quiet --now "$unit" 2>/dev/null || true
rm -f "$root/etc/systemd/system/$unit"
systemctl daemon-reload
rm -rf "$root/opt/hexfix/current" "$root/opt/hexfix/previous" "$root/opt/hexfix/next" "$root/opt/hexfix/failed" "$root/opt/hexfix/launcher.mjs"
rmdir "$root/opt/hexfix" 2>/dev/null || true
printf 'removed; the key and what was not delivered stay in /var/lib/hexfix-device\n'
