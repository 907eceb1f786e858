#!/usr/bin/env bash
# Installs what the tests need from Debian; only what is missing, and in silence when nothing is.
set -euo pipefail

# The library that `koffi` loads is libsecp256k1-1 in Debian 12 and libsecp256k1-2 after it.
secp256k1=(libsecp256k1-1 libsecp256k1-2)
others=(
  arduino-core-avr avrdude chromium dbus-daemon gcc gcc-arm-linux-gnueabihf gcc-arm-none-eabi git haproxy libc6-dev
  libc6-dev-armhf-cross libunicorn-dev mosquitto mosquitto-clients openssh-client openssh-server openssl poppler-utils
  python3-cbor2 python3-cryptography python3-paho-mqtt qemu-user-static ruby-cose socat strace systemd zbar-tools
)

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
known() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

missing=()
for package in "${others[@]}"; do
  installed "$package" || missing+=("$package")
done
need_secp256k1=yes
for package in "${secp256k1[@]}"; do
  if installed "$package"; then need_secp256k1=no; fi
done
if [ ${#missing[@]} -eq 0 ] && [ $need_secp256k1 = no ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "debian-packages: cannot install ${missing[*]} ${secp256k1[0]}, because this is not root and there is no sudo. Run it as root." >&2
    exit 1
  fi
  as_root=(sudo)
fi

"${as_root[@]}" apt-get update -qq
if [ $need_secp256k1 = yes ]; then
  for package in "${secp256k1[@]}"; do
    if known "$package"; then missing+=("$package"); break; fi
  done
fi
echo "debian-packages: installing ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
