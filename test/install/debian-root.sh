#!/usr/bin/env bash
# A Debian with systemd and a kernel, as a folder that containers and virtual machines are made from: debian-root.sh FOLDER. Prints the folder's path;
# beside it lies FOLDER.key, by which root is reached over ssh. What the same script has made before is used again. Needs root and debootstrap.
set -euo pipefail

packages=systemd,systemd-sysv,dbus,udev,linux-image-cloud-amd64,iproute2,ca-certificates,curl,procps,openssh-server,nats-server,openrc
key=$(sha256sum "$0" | cut -c1-12)
root=$1/debian-root-$key
mkdir -p "$1"
exec 9>"$1/debian-root.lock"
flock 9
if [ ! -e "$root.complete" ]; then
  rm -rf "$root" "$root.key" "$root.key.pub"
  # Whatever mirror this machine uses; the default of debootstrap where apt names none.
  mirror=$(apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' 2>/dev/null | sed -n 's/|bookworm|main$//p' | head -1)
  debootstrap --variant=minbase --include="$packages" bookworm "$root" ${mirror:+"$mirror"} >"$1/debian-root.log" 2>&1 || { tail -20 "$1/debian-root.log" >&2; exit 1; }
  printf '[Match]\nName=en*\n[Network]\nDHCP=yes\n' >"$root/etc/systemd/network/20-wired.network"
  chroot "$root" systemctl enable systemd-networkd >/dev/null 2>&1
  # Nobody waits for what no test needs.
  chroot "$root" systemctl mask systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer >/dev/null 2>&1
  ssh-keygen -q -t ed25519 -N '' -f "$root.key"
  install -D -m 0600 "$root.key.pub" "$root/root/.ssh/authorized_keys"
  echo straightline-test >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
  rm -rf "$root"/var/cache/apt/archives/*.deb
  touch "$root.complete"
fi
echo "$root"
