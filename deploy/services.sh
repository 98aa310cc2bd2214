#!/bin/sh
# Puts NATS, placement and gateway on this machine as systemd services, brings them to another version, or takes them away. It lies in an unpacked archive of
# `npm run release`. docs/operate.md tells more.
set -eu
# The services' user reads what is installed, whatever root's files are by default; secrets get their mode one by one.
umask 022

PREFIX=/opt/straightline-services
CONFIG=/etc/straightline
UNITS=/etc/systemd/system
USER_NAME=straightline
# By this an installation knows the user that it has made.
USER_COMMENT="StraightLine services"
SERVICES="nats placement gateway"

usage() {
  cat <<'USAGE'
services.sh install [--mesh FOLDER] [--only SERVICE,...] [--timeout SECONDS]    install, or bring to another version
services.sh uninstall    take all of them away; what NATS has stored and placement has recorded stays

  --mesh FOLDER       holds `keys` and `certs`, of `straightline keys` and `certs`; needed once
  --only SERVICE,...  of nats, placement and gateway; default: all three
  --timeout SECONDS   longest wait for each to answer; default 180, since a small machine under load takes its time

A file that is in /etc/straightline already stays as it is. When an installation fails or is interrupted, what was before comes back.
USAGE
}

say() { echo "straightline: $*" || :; }
tell_error() { echo "straightline: error: $*" >&2; }
fail() {
  tell_error "$@"
  exit 1
}

command=${1:-}
unsynced=
# What there was before an installation, and what it has done so far.
kept= version= before= enabled= ran= tried= new_user= added= replaced= placed= begun=
[ $# -eq 0 ] || shift
mesh= only=$SERVICES timeout_s=180
[ "$command" != uninstall ] || [ $# -eq 0 ] || [ "$1" = --help ] || fail "uninstall takes no arguments, it removes all services; got $*"
while [ $# -gt 0 ]; do
  [ "$1" != --help ] || { usage; exit; }
  [ $# -ge 2 ] || fail "$1 needs a value; see services.sh --help"
  case $1 in
    --mesh) mesh=$2 ;;
    --only) only=$(echo "$2" | tr , ' ') ;;
    --timeout) timeout_s=$2 ;;
    *) fail "unknown argument $1; see services.sh --help" ;;
  esac
  shift 2
done
[ -n "$(echo $only)" ] || fail "--only: must name nats, placement or gateway"
for service in $only; do
  case $service in nats | placement | gateway) ;; *) fail "--only: must be of nats, placement and gateway; got \"$service\"" ;; esac
done

case $timeout_s in '' | *[!0-9]* | 0*) fail "--timeout: must be a number of seconds, at least 1; got $timeout_s" ;; esac

# What a service reads, below the mesh's folder.
files_of() {
  case $1 in
    nats) echo keys/nats-auth.conf certs/ca.pem certs/nats.pem certs/nats.key ;;
    placement) echo keys/placement.creds keys/account.nk certs/ca.pem certs/placement.pem certs/placement.key ;;
    gateway) echo certs/ca.pem certs/gateway.pem certs/gateway.key ;;
  esac
}

config_of() { if [ "$1" = nats ]; then echo nats.conf; else echo "$1.yaml"; fi; }

check() {
  [ "$(id -u)" = 0 ] || fail "must be run as root"
  [ -d /run/systemd/system ] || fail "systemd does not run here; deploy/compose runs the services in containers"
  ! id "$USER_NAME" >/dev/null 2>&1 || is_own_user || fail "the user $USER_NAME of this machine is not of an installation's making; the services need that name: rename or remove it"
  root=$(cd "$(dirname "$0")" && pwd -P)
  root=${root%/package/deploy}
  "$root/bin/node" --version >/dev/null 2>&1 || fail "$root/bin/node does not run here; this script must lie in an unpacked archive for this machine's processor and C library"
  for service in $only; do
    for file in $(files_of "$service"); do
      [ -e "$CONFIG/$(basename "$file")" ] || [ -e "${mesh:-/nonexistent}/$file" ] || fail "--mesh: ${mesh:-FOLDER}/$file is not there; straightline keys and certs make it"
    done
  done
  case " $only " in
    *' nats '*)
      command -v nats-server >/dev/null || fail "nats-server is not installed; the distribution's package does (2.9.10 or newer)"
      ! systemctl --quiet is-active nats-server.service || fail "the distribution's own nats-server.service runs; stop it first: systemctl disable --now nats-server" ;;
  esac
}

is_own_user() { [ "$(getent passwd "$USER_NAME" | cut -d: -f5)" = "$USER_COMMENT" ]; }

put() {
  [ ! -e "$2" ] || return 0
  added="$added $2"
  install -o "$USER_NAME" -g "$USER_NAME" -m 0600 "$1" "$2"
}

put_files() {
  mkdir -p "$CONFIG"
  for service in $only; do
    for file in $(files_of "$service"); do put "$mesh/$file" "$CONFIG/$(basename "$file")"; done
    [ "$service" != nats ] || [ -e "$CONFIG/nats.conf" ] || nats_syncs || unsynced=yes
    put "$root/package/deploy/systemd/$(config_of "$service")" "$CONFIG/$(config_of "$service")"
  done
  [ -z "$unsynced" ] || sed -i -e '/^# What is acknowledged/d' -e 's/, sync_interval: always//' "$CONFIG/nats.conf"
}

# Whether NATS can put on the disk what it acknowledges, before it does.
nats_syncs() { printf '2.10\n%s\n' "$(nats-server --version | sed 's/^.*: *v//')" | sort -C -V; }

put_release() {
  mkdir -p "$PREFIX"
  rm -rf "$PREFIX/.staging" "$PREFIX/.replaced"
  if [ "$root" != "$PREFIX/$version" ]; then
    cp -R "$root" "$PREFIX/.staging"
    chown -R root:root "$PREFIX/.staging"
    if [ -e "$PREFIX/$version" ]; then
      replaced=yes
      mv "$PREFIX/$version" "$PREFIX/.replaced"
    fi
    placed=yes
    mv "$PREFIX/.staging" "$PREFIX/$version"
  fi
  ln -sfn "$version" "$PREFIX/current"
}

# The version before stays beside the new one, to go back to by hand; the same version again removes none.
prune_versions() {
  rm -rf "$PREFIX/.replaced"
  [ "$before" != "$version" ] || return 0
  for one in "$PREFIX"/*; do
    case $(basename "$one") in current | "$version" | "$before") ;; *) rm -rf "$one" ;; esac
  done
}

restore_release() {
  rm -rf "$PREFIX/.staging"
  [ -z "$placed" ] || rm -rf "${PREFIX:?}/$version"
  # Interrupted between the two, it has been told to be replaced and is still where it was.
  [ -z "$replaced" ] || [ ! -e "$PREFIX/.replaced" ] || mv "$PREFIX/.replaced" "$PREFIX/$version"
  if [ -n "$before" ]; then ln -sfn "$before" "$PREFIX/current"; else rm -f "$PREFIX/current"; fi
  rmdir "$PREFIX" 2>/dev/null
}

cli() { "$PREFIX/current/bin/node" "$PREFIX/current/package/dist/services/cli/main.js" "$@"; }

# `port` or `host` of what nats.conf says outside of its blocks: `listen: HOST:PORT`, `listen: PORT`, `port`, `host` or `net`.
nats_listens() {
  awk -v want="$1" '
    { line = tolower($0); sub(/#.*/, "", line) }
    depth == 0 && match(line, /^[ \t]*(listen|port|host|net)[ \t:=]+/) {
      key = substr(line, 1, RLENGTH); gsub(/[ \t:=]/, "", key)
      value = substr(line, RLENGTH + 1); gsub(/["\047 \t]/, "", value)
      if (key == "port" || key == "listen") { found = value; sub(/.*:/, "", found); port = found }
      if (key != "port" && sub(/:[0-9]+$/, "", value) + (key != "listen") > 0) host = value
    }
    { depth += gsub(/[{]/, "", line) - gsub(/[}]/, "", line) }
    END { print want == "port" ? port : host }
  ' "$CONFIG/nats.conf"
}

port_of() {
  case $1 in
    nats) nats_listens port ;;
    placement) cli config get "$CONFIG/placement.yaml" placement.port ;;
    gateway) cli config get "$CONFIG/gateway.yaml" gateway.httpPort ;;
  esac
}

# Where a service is asked whether it answers: it may listen on one address alone.
host_of() {
  case $1 in
    nats) host=$(nats_listens host) ;;
    placement) host=$(cli config get "$CONFIG/placement.yaml" placement.host) ;;
    gateway) host=$(cli config get "$CONFIG/gateway.yaml" gateway.host) ;;
  esac
  case $host in '' | 0.0.0.0 | :: | '[::]') echo localhost ;; *) echo "$host" | tr -d '[]' ;; esac
}

default_port_of() {
  case $1 in
    nats) echo 4222 ;;
    placement) echo 7070 ;;
    gateway) echo 8000 ;;
  esac
}

# Sets where a service is asked.
locate() {
  port=$(port_of "$1")
  port=${port:-$(default_port_of "$1")}
  host=$(host_of "$1")
}

is_listening() {
  "$PREFIX/current/bin/node" -e '
    const [port, host] = process.argv.slice(1);
    const socket = require("net").connect(port, host, () => process.exit(0));
    socket.on("error", () => process.exit(1)).setTimeout(2000, () => process.exit(1));
  ' "$port" "$host"
}

# Whoever listens before the service does is another program, whose answer would be taken for the service's.
start() {
  locate "$1"
  systemctl stop "straightline-$1.service" || { tell_error "$1 does not stop"; return 1; }
  ! is_listening || { tell_error "$1: port $port is taken by another program"; return 1; }
  come_up "$1"
}

come_up() {
  locate "$1"
  unit=straightline-$1.service
  systemctl restart "$unit" || { tell_error "$1 does not start; systemctl status $unit says more"; return 1; }
  until=$(($(date +%s) + timeout_s))
  until systemctl --quiet is-active "$unit" && is_listening; do
    if [ "$(date +%s)" -ge "$until" ]; then
      journalctl --quiet --no-pager --lines 8 --output cat --unit "$unit" >&2 || :
      tell_error "$1 does not answer after $timeout_s s; its last lines stand above"
      return 1
    fi
    sleep 1
  done
  say "$1 runs ($(cat "$PREFIX/current/VERSION"))"
}

is_in() { case " $2 " in *" $1 "*) ;; *) return 1 ;; esac; }

# What there is before an installation, to go back to.
keep_before() {
  before=$(readlink "$PREFIX/current" || :)
  id "$USER_NAME" >/dev/null 2>&1 || new_user=yes
  for service in $only; do
    unit=straightline-$service.service
    [ ! -e "$UNITS/$unit" ] || cp -p "$UNITS/$unit" "$kept/"
    ! systemctl --quiet is-enabled "$unit" 2>/dev/null || enabled="$enabled $service"
    case $(systemctl is-active "$unit") in
      active | reloading) ran="$ran $service" ;;
      activating) tried="$tried $service" ;;
    esac
  done
}

# After a failure: services that ran before go on or come back; what was added goes.
take_back() {
  set +e
  if [ -n "$before" ]; then say "going back to what was before ($before)" >&2; else say "taking back what was installed" >&2; fi
  for service in $only; do
    unit=straightline-$service.service
    is_in "$service" "$ran $tried" || ! is_in "$service" "$begun" || systemctl stop "$unit"
    is_in "$service" "$enabled" || [ ! -e "$UNITS/$unit" ] || systemctl --quiet disable "$unit"
    if [ -e "$kept/$unit" ]; then cp -p "$kept/$unit" "$UNITS/"; else rm -f "$UNITS/$unit"; fi
  done
  systemctl daemon-reload
  rm -f $added
  rmdir "$CONFIG" 2>/dev/null
  restore_release
  [ -z "$new_user" ] || userdel "$USER_NAME"
  for service in $ran; do
    if is_in "$service" "$begun"; then come_up "$service" >&2
    elif systemctl --quiet is-active "straightline-$service.service"; then say "$service goes on ($before)" >&2; fi
  done
  # Those did not run: systemd goes on trying.
  for service in $tried; do ! is_in "$service" "$begun" || systemctl --no-block restart "straightline-$service.service"; done
}

install_services() {
  check
  version=$(cat "$root/VERSION")
  kept=$(mktemp -d)
  # Whoever reads along may go; what is not to be interrupted are the commands of take_back too, which inherit that.
  trap '' PIPE
  trap 'exit 1' HUP INT TERM
  trap 'rm -rf "$kept"' EXIT
  keep_before
  trap 'status=$?; trap - EXIT; trap "" HUP INT TERM; take_back; rm -rf "$kept"; exit $status' EXIT
  [ -z "$new_user" ] || useradd --system --user-group --no-create-home --comment "$USER_COMMENT" --home-dir /nonexistent --shell /usr/sbin/nologin "$USER_NAME"
  put_files
  put_release
  for service in $only; do cp "$root/package/deploy/systemd/straightline-$service.service" "$UNITS/"; done
  systemctl daemon-reload
  # NATS first, then who needs it.
  for service in $SERVICES; do
    is_in "$service" "$only" || continue
    begun="$begun $service"
    systemctl --quiet enable "straightline-$service.service"
    start "$service" || exit 1
  done
  trap 'rm -rf "$kept"' EXIT
  prune_versions
}

uninstall_services() {
  [ "$(id -u)" = 0 ] || fail "must be run as root"
  for service in gateway placement nats; do
    # Without a unit an installation was broken off; what it has put there goes too.
    [ ! -e "$UNITS/straightline-$service.service" ] || systemctl --quiet disable --now "straightline-$service.service"
    rm -f "$UNITS/straightline-$service.service" "$CONFIG/$(config_of "$service")"
    for file in $(files_of "$service"); do rm -f "$CONFIG/$(basename "$file")"; done
  done
  systemctl daemon-reload
  rm -rf "$PREFIX"
  rmdir "$CONFIG" 2>/dev/null || :
  ! is_own_user || userdel "$USER_NAME"
  for folder in /var/lib/nats /var/lib/straightline-placement; do
    [ ! -d "$folder" ] || rmdir "$folder" 2>/dev/null || say "what was stored is still in $folder"
  done
}

case $command in
  install) install_services ;;
  uninstall) uninstall_services ;;
  --help | help | '') usage ;;
  *) fail "unknown command $command; see services.sh --help" ;;
esac
