#!/bin/sh
# Installs builds under a real systemd: start, upgrade, way back, crash, watchdog, sealed key, uninstall. By hand, as root:
#   npm ci && sudo sh scripts/systemd-by-hand.sh > docs/systemd-transcript.txt
# systemd runs as process 1 of namespaces of its own, over a copy-on-write view of this machine's files: nothing here is changed.
# Needs Debian's systemd, util-linux, iproute2 and procps, and a kernel with overlayfs and cgroup2.
set -eu

self=$(readlink -f "$0")
repo=$(dirname "$(dirname "$self")")
hexfix="node $repo/dist/hexfix.js"

step() { printf '\n== %s\n' "$*"; }
die() {
  printf 'systemd-by-hand: %s\n' "$*" >&2
  exit 1
}

# What systemd is process 1 of. $1: an empty folder.
cage() {
  hostname by-hand
  mount -t tmpfs tmpfs "$1"
  mkdir "$1/up" "$1/work" "$1/root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
  cd "$1/root"
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount -t tmpfs tmpfs run
  mount --rbind /dev dev
  # Nothing that this machine starts, nor what a start does, such as emptying /tmp: the journal, and what is installed here.
  rm -rf etc/systemd/system/* usr/lib/systemd/system/sysinit.target.wants
  printf '[Journal]\nReadKMsg=no\nForwardToConsole=no\nStorage=volatile\n' > etc/systemd/journald.conf
  printf '[Unit]\nWants=systemd-journald.service\n' > etc/systemd/system/by-hand.target
  # Credentials reach a service as a mount that has to spread; systemd sees to that itself where it is in no container.
  mount --make-rshared "$1/root"
  exec chroot . env -i container=by-hand PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --unit=by-hand.target --log-target=journal
}

unit=hexfix-device.service
device=/var/lib/private/hexfix-device/device
shown() { systemctl show "$unit" --property="$1" --value; }
firmware() { sed -n 's/.*"firmware": \([0-9]*\).*/\1/p' "/opt/hexfix/$1/build.json"; }
is() { [ "$2" = "$3" ] || die "$1 is $2, not $3"; printf '%s: %s\n' "$1" "$2"; }
# Waits up to a minute. $1 says what for.
until_so() {
  what=$1 tries=0
  shift
  until "$@" > /dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 120 ] || { journalctl -u "$unit" --no-pager -n 20 >&2; die "$what did not happen"; }
    sleep 0.5
  done
  printf '%s\n' "$what"
}
receipts() { journalctl -u "$unit" --no-pager -o cat | grep -c '"report/receipt".*"verdict":0'; }
more_receipts() { [ "$(receipts)" -gt "$1" ]; }
active() { systemctl is-active --quiet "$unit"; }
restarted() { [ "$(shown NRestarts)" -gt "$1" ]; }
bundle() { pgrep -f 'current/app.js' | head -n 1; }

drill() {
  ip link set lo up
  cd "$1"
  export HEXFIX_DATA="$1/gateway"
  printf '{"everyS": 1, "sensors": {"weather": "host"}, "without": ["light"]}' > config.json
  mkdir broken
  printf "import { report, sensor } from 'hexfix:board'\nthrow new Error('broken')\nreport([sensor('weather')])\n" > broken/app.ts
  for n in 1 2; do $hexfix build --app weather-node --board rpi-4 --config config.json --firmware $n --out build-$n > /dev/null; done
  $hexfix build --app weather-node --source broken/app.ts --board rpi-4 --config config.json --firmware 3 --out build-3 > /dev/null
  $hexfix gw up --mqtt-port 0 --http-port 0 --log error > gateway.log 2>&1 &
  until_so 'a gateway is up' test -e gateway/run.json

  step 'install: it starts, and waits to be provisioned'
  sh build-1/install.sh
  is state "$(shown ActiveState)/$(shown SubState)" active/running
  is status "$(shown StatusText)" 'waiting to be provisioned'
  is user "$(shown DynamicUser)" yes

  step 'provision: it goes on by itself, and reports'
  $hexfix provision --local --no-owner --dir "$device" --name by-hand | sed -n 1p
  chown -R --reference=/var/lib/private/hexfix-device "$device"
  until_so 'reports are accepted' more_receipts 0
  kid=$(shown StatusText | sed 's/^device //')
  is status "$(shown StatusText)" "device $kid"
  sh build-1/install.sh

  step 'upgrade'
  sh build-2/install.sh
  is 'firmware that runs, and the one before' "$(firmware current), $(firmware previous)" '2, 1'

  step 'an upgrade that does not start: the way back'
  ! sh build-3/install.sh || die 'a broken build was installed'
  is 'firmware that runs, and the one that failed' "$(firmware current), $(firmware failed)" '2, 3'
  is state "$(shown ActiveState)" active

  step 'crash: kill -9 of all that it is'
  before=$(shown NRestarts)
  systemctl kill --signal=KILL "$unit"
  until_so 'systemd started it again' restarted "$before"
  until_so 'it is well' active
  until_so 'reports are accepted' more_receipts "$(receipts)"

  step 'hang: the watchdog, with 4 s in the place of 600'
  mkdir -p "/etc/systemd/system/$unit.d"
  printf '[Service]\nWatchdogSec=4\n' > "/etc/systemd/system/$unit.d/watchdog.conf"
  systemctl daemon-reload
  systemctl restart "$unit"
  until_so 'reports are accepted' more_receipts "$(receipts)"
  before=$(shown NRestarts)
  is 'restarts while it is well' "$before" 0
  kill -STOP "$(bundle)"
  until_so 'systemd ended what hangs and started it again' restarted "$before"
  journalctl -u "$unit" --no-pager -o cat | grep -i watchdog | head -n 1
  rm -r "/etc/systemd/system/$unit.d"
  systemctl daemon-reload
  until_so 'reports are accepted' more_receipts "$(receipts)"

  step 'seal: the key opens on this machine alone'
  sh /opt/hexfix/current/install.sh --seal
  [ ! -e "$device/device.key" ] || die 'the key still lies in its folder'
  is state "$(shown ActiveState)" active
  until_so 'reports are accepted' more_receipts "$(receipts)"
  is 'status, of the same key' "$(shown StatusText)" "device $kid"
  ! sh /opt/hexfix/current/install.sh --seal || die 'a sealed key was sealed again'

  step 'uninstall: service and builds go, key and outbox stay'
  sh /opt/hexfix/current/uninstall.sh
  is state "$(shown ActiveState)" inactive
  [ ! -e /opt/hexfix ] || die '/opt/hexfix is there'
  ls /etc/credstore.encrypted "$device"
}

case ${1:-} in
  cage) cage "$2" ;;
  drill) drill "$2" ;;
  '')
    [ "$(id -u)" = 0 ] || die 'run it as root'
    systemctl --version | head -n 1
    work=$(mktemp -d)
    mkdir "$work/cgroup" "$work/cage" "$work/drill"
    mount -t cgroup2 cgroup2 "$work/cgroup"
    group=$work/cgroup/systemd-by-hand-$$
    mkdir "$group"
    sh -c "echo \$\$ > $group/cgroup.procs; exec unshare --mount --uts --ipc --net --pid --fork --cgroup --kill-child sh $self cage $work/cage" &
    outer=$!
    tidy() {
      kill -KILL "$outer" 2> /dev/null || true
      wait "$outer" 2> /dev/null || true
      sleep 1
      find "$group" -depth -type d -exec rmdir {} + 2> /dev/null || true
      umount "$work/cgroup"
      rm -rf "$work"
    }
    trap tidy EXIT
    init=''
    in_cage() { nsenter --target "$init" --mount --uts --ipc --net --pid --cgroup --root --wd "$@"; }
    is_up() {
      init=$(cat "/proc/$outer/task/$outer/children" 2> /dev/null | tr -d ' ')
      [ -n "$init" ] && grep -q systemd "/proc/$init/comm" && in_cage systemctl is-system-running --quiet
    }
    until_so 'systemd is up' is_up
    in_cage sh "$self" drill "$work/drill"
    printf '\nall of it held\n'
    ;;
  *) die "unknown: $1" ;;
esac
