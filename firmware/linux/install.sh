#!/bin/sh
# Installs the build that this script lies in as a service of systemd, or brings what is installed to it.
#   sudo sh install.sh            copies it to /opt/hexfix, keeps the one before, goes back to it where the new one does not run
#   sudo sh install.sh --here     the build is already in its place: the unit is written and the service starts again
#   sudo sh install.sh --seal     encrypts the device's key to this machine, as a credential of systemd
# Key, outbox and configuration of the device are never touched by the first two. Run twice, it changes nothing more.
set -eu

root=${HEXFIX_ROOT:-}
home=$root/opt/hexfix
unit=hexfix-device.service
units=$root/etc/systemd/system
state=$root/var/lib/private/hexfix-device
credential=hexfix-device.key
store=$root/etc/credstore.encrypted
within=${HEXFIX_HELLO_WITHIN:-60}
here=$(cd "$(dirname "$0")" && pwd -P)

say() { printf '%s\n' "$*"; }
die() {
  printf 'install: %s\n' "$*" >&2
  exit 1
}

node_is_there() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    2>/dev/null || die 'Node 20.19 or newer must be in /usr/bin or /usr/local/bin'
}

# The sums are made by the build; a card that lost a block shows here and not at night.
whole() { (cd "$1" && sha256sum --check --quiet --strict sums) || die "$1 is damaged: copy the build again"; }

# The launcher stands apart from the builds: no update replaces it.
write_unit() {
  mkdir -p "$units"
  if ! cmp -s "$1/launcher.mjs" "$home/launcher.mjs" 2>/dev/null; then
    cp "$1/launcher.mjs" "$home/launcher.new"
    mv "$home/launcher.new" "$home/launcher.mjs"
  fi
  cmp -s "$1/$unit" "$units/$unit" 2>/dev/null || cp "$1/$unit" "$units/$unit"
  systemctl daemon-reload
  systemctl enable --quiet "$unit"
}

# The unit is of Type=notify: `restart` returns once the application said that it is ready, or failed.
starts() {
  systemctl reset-failed "$unit" 2>/dev/null || true
  timeout "$within" systemctl restart "$unit" && systemctl is-active --quiet "$unit"
}

copy() {
  rm -rf "$home/next"
  mkdir -p "$home"
  cp -R "$here" "$home/next"
  chmod -R u=rwX,go=rX "$home/next"
  whole "$home/next"
  rm -rf "$home/previous"
  if [ -e "$home/current" ]; then mv "$home/current" "$home/previous"; fi
  mv "$home/next" "$home/current"
  sync
}

go_back() {
  [ -e "$home/previous" ] || die 'it does not start, and there is no build before it: journalctl -u hexfix-device'
  rm -rf "$home/failed"
  mv "$home/current" "$home/failed"
  mv "$home/previous" "$home/current"
  write_unit "$home/current"
  starts || die 'it does not start, and neither does the build before it: journalctl -u hexfix-device'
  die "it does not start, so the build before it runs again; what failed is in $home/failed"
}

install_build() {
  whole "$here"
  if [ -e "$home/current" ] && cmp -s "$here/sums" "$home/current/sums" && cmp -s "$home/current/$unit" "$units/$unit" 2>/dev/null &&
    systemctl is-active --quiet "$unit"; then
    say "nothing to do: this build runs"
    return
  fi
  # The same build again: the one before it stays the one before it.
  if ! cmp -s "$here/sums" "$home/current/sums" 2>/dev/null; then copy; fi
  write_unit "$home/current"
  starts || go_back
  say "installed: $(sed -n 's/^Description=//p' "$home/current/$unit")"
  [ -e "$state/device/trust.json" ] || say "next: provision it; its folder is /var/lib/hexfix-device/device"
}

# The key in its file goes last, once the service runs by the sealed one: there is no other.
seal() {
  key=$state/device/device.key
  aside=$key.sealing
  # A seal that was cut off begins anew.
  if [ -f "$aside" ]; then
    mv "$aside" "$key"
    rm -f "$store/$credential"
  fi
  [ ! -e "$store/$credential" ] || die "$store/$credential is there already"
  if [ ! -f "$key" ] || [ ! -f "$state/device/trust.json" ]; then die "$key is not that of a device: provision first"; fi
  mkdir -p "$store"
  chmod 700 "$store"
  systemd-creds encrypt --name="$credential" "$key" "$store/$credential.new"
  systemd-creds decrypt --name="$credential" "$store/$credential.new" - | cmp -s - "$key" || die 'what was sealed is not the key'
  mv "$key" "$aside"
  mv "$store/$credential.new" "$store/$credential"
  sync
  if ! starts; then
    rm -f "$store/$credential"
    mv "$aside" "$key"
    starts || true
    die 'the service does not get the sealed key, so it is back in its file: journalctl -u hexfix-device'
  fi
  shred --remove "$aside" 2>/dev/null || rm -f "$aside"
  say 'sealed: the key opens on this machine alone. There is no copy of it.'
}

[ -n "$root" ] || [ "$(id -u)" = 0 ] || die 'run it as root: sudo sh install.sh'
case ${1:-} in
  '') node_is_there && install_build ;;
  --here)
    node_is_there
    whole "$here"
    write_unit "$here"
    starts || die 'it does not start: journalctl -u hexfix-device'
    ;;
  --seal) seal ;;
  *) die "unknown: $1" ;;
esac
