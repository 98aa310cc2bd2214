#!/bin/sh
# Puts an agent on this machine, brings it to another version, or takes it away. docs/install.md tells more.
set -eu
# What an agent's own user runs is readable, whatever root's files are by default; secrets get their mode one by one.
umask 022

PREFIX=/opt/straightline
CONFIG=/etc/straightline
STATE=/var/lib/straightline
LOGS=/var/log
MIN_NODE=20.19.0

usage() {
  cat <<'USAGE'
install.sh agent --kind vm|container|serverless --nats URL [option...]    install, or bring to another version
install.sh uninstall [--kind vm|container|serverless]                     take away one agent, or all

  --join-file FILE       file with a token of `straightline token create`
  --join -|TOKEN         the same from standard input, or as it is: other users of the machine can read it then while this runs
  --from FILE|URL        archive of `npm run release`; default: the one that this script lies in
  --sha256 HEX           digest that the archive must have; default: the one in ARCHIVE.sha256, which is not enough for an archive by plain http
  --node FILE            a Node of this machine instead of the archive's
  --node-id ID           default: this host's name and the kind; stays what it is
  --ca-file FILE         CA of the NATS server; a token brings its own
  --docker-socket FILE   default: /var/run/docker.sock
  --front-host NAME      let other machines reach the instances by TLS, under this name or address; needs a token made by
                         `straightline token create --front-host`, or these three:
  --front-cert FILE      the certificate, --front-key FILE its key, --front-ca FILE the CA of gateways
  --zone ZONE            --labels KEY=VALUE,...
  --timeout SECONDS      longest wait for the agent to join; default 90
  --dry-run              say what would be done

The token may stand in STRAIGHTLINE_JOIN_TOKEN too. What an installation is not told anew it keeps as it was.
USAGE
}

# Whoever listened may have gone.
say() { echo "straightline: $*" || :; }
fail() {
  echo "straightline: error: $*" >&2
  exit 1
}
# Runs a command that changes the machine, or only prints it.
change() {
  if [ -n "$dry_run" ]; then echo "would run: $*"; else "$@"; fi
}

# --- arguments

command=${1:-}
[ $# -eq 0 ] || shift
token=${STRAIGHTLINE_JOIN_TOKEN:-}
unset STRAIGHTLINE_JOIN_TOKEN
kind= nats= from= sha256= node= node_id= ca_file= docker_socket= zone= labels= timeout=90 dry_run=
front_host= front_port= front_cert= front_key= front_ca=
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry_run=yes; shift; continue ;;
    --help) usage; exit 0 ;;
    --kind | --nats | --join | --join-file | --from | --sha256 | --node | --node-id | --ca-file | --docker-socket | --zone | --labels | --timeout | \
      --front-host | --front-cert | --front-key | --front-ca)
      [ $# -ge 2 ] || fail "$1 needs a value" ;;
    *) fail "unknown argument $1; see install.sh --help" ;;
  esac
  # These go into a configuration file between quotes.
  case $2 in *[\"\\\']* | *'
'*) fail "$1: quotes, backslashes and line breaks are not allowed" ;; esac
  case $1 in
    --kind) kind=$2 ;;
    --nats) nats=$2 ;;
    --join) if [ "$2" = - ]; then token=$(cat); else token=$2; fi ;;
    --join-file) token=$(cat "$2") || fail "--join-file $2: cannot be read" ;;
    --from) from=$2 ;;
    --sha256) sha256=$(echo "$2" | tr A-F a-f) ;;
    --node) node=$(readlink -f "$(command -v "$2")") || fail "--node $2: is no program" ;;
    --node-id) node_id=$2 ;;
    --ca-file) ca_file=$2 ;;
    --docker-socket) docker_socket=$2 ;;
    --front-host) front_host=$2 ;;
    --front-cert) front_cert=$2 ;;
    --front-key) front_key=$2 ;;
    --front-ca) front_ca=$2 ;;
    --zone) zone=$2 ;;
    --labels) labels=$2 ;;
    --timeout) timeout=$2 ;;
  esac
  shift 2
done
case ${front_cert:+c}${front_key:+k}${front_ca:+a} in
  '') ;;
  *)
    [ -n "$front_host" ] || fail "--front-host: is needed with --front-cert, --front-key and --front-ca"
    for file in "$front_cert" "$front_key" "$front_ca"; do
      [ -r "$file" ] || fail "--front-cert, --front-key and --front-ca go together; \"$file\" cannot be read"
    done ;;
esac
case $timeout in '' | *[!0-9]* | 0*) fail "--timeout: must be a number of seconds, at least 1; got $timeout" ;; esac

check_kind() {
  case $1 in vm | container | serverless) ;; *) fail "--kind: must be vm, container or serverless; got \"$1\"" ;; esac
}

names_of() { # what belongs to the agent of a kind
  user=straightline-$1
  config=$CONFIG/agent-$1.yaml
  credentials=$CONFIG/agent-$1.creds
  ca=$CONFIG/agent-$1-ca.pem
  front=$CONFIG/agent-$1-front
  own_files="$config $credentials $ca $front.pem $front.key $front-ca.pem"
  state=$STATE/agent-$1
  log=$LOGS/straightline-agent-$1.log
}

# --- the three ways to run a service

find_init() {
  if [ -d /run/systemd/system ]; then echo systemd
  elif [ -e /run/openrc/softlevel ]; then echo openrc
  else echo none; fi
}

service_install() {
  case $init in
    systemd)
      change cp "$release/package/deploy/systemd/straightline-agent@.service" /etc/systemd/system/
      change systemctl daemon-reload
      change systemctl --quiet enable "straightline-agent@$kind.service" ;;
    openrc)
      change cp "$release/package/deploy/openrc/straightline-agent" "/etc/init.d/straightline-agent-$kind"
      change rc-update add "straightline-agent-$kind" default ;;
    none) change ln -sfn "$PREFIX/current/package/deploy/agent/supervised.sh" /usr/local/bin/straightline-agents ;;
  esac
}

# start, reload or stop
service_do() {
  case $init in
    systemd) change systemctl "$1" "straightline-agent@$kind.service" ;;
    openrc) change rc-service "straightline-agent-$kind" "$1" ;;
    none) change "$PREFIX/current/package/deploy/agent/supervised.sh" "$1" "$kind" ;;
  esac
}

service_begin() { if service_runs; then service_do reload; else service_do start; fi; }

service_runs() {
  case $init in
    systemd) systemctl --quiet is-active "straightline-agent@$kind.service" ;;
    openrc) rc-service "straightline-agent-$kind" status >/dev/null 2>&1 ;;
    none) [ -x "$PREFIX/current/package/deploy/agent/supervised.sh" ] && "$PREFIX/current/package/deploy/agent/supervised.sh" status "$kind" ;;
  esac
}

service_remove() {
  case $init in
    systemd)
      change systemctl --quiet disable "straightline-agent@$kind.service" 2>/dev/null || :
      last_agent && change rm -f /etc/systemd/system/straightline-agent@.service
      change systemctl daemon-reload
      change systemctl --quiet reset-failed "straightline-agent@$kind.service" 2>/dev/null || : ;;
    openrc)
      change rc-update --quiet del "straightline-agent-$kind" default || :
      change rm -f "/etc/init.d/straightline-agent-$kind" ;;
    none) if last_agent; then change rm -f /usr/local/bin/straightline-agents; fi ;;
  esac
}

service_log() {
  case $init in
    systemd) journalctl --quiet --no-pager --lines 8 --output cat --unit "straightline-agent@$kind.service" 2>/dev/null || : ;;
    *) tail -8 "$log" 2>/dev/null || : ;;
  esac
}

# --- install

cleanup() {
  rm -rf "${staging:-/nonexistent}" "${joined:-/nonexistent}"
  [ -n "$dry_run" ] || rmdir "$PREFIX" 2>/dev/null || :
}

# Whether each of a list of servers is on this machine, or says by itself who asks.
needs_no_token() {
  for server in $(echo "$1" | tr , ' '); do
    case ${server#*://} in 127.0.0.1 | 127.0.0.1:* | localhost | localhost:* | '[::1]' | '[::1]':* | *@*) ;; *) return 1 ;; esac
  done
}

# A digest from beside the archive is worth as much as the way by which both come.
check_source() {
  [ -z "$sha256" ] || return 0
  case $from in
    http://*@*) trusted= ;;
    http://127.0.0.1[:/]* | http://localhost[:/]*) trusted=yes ;;
    http://*) trusted= ;;
    https://*) trusted=$(command -v curl || :) ;;
    *) trusted=yes ;;
  esac
  [ -n "$trusted" ] ||
    fail "--from $from: who is on the way can change an archive by plain http (to which wget follows from https) and its digest; give the digest from a place that you trust by --sha256, or use https and curl"
}

fetch() { # fetch FILE|URL TO
  case $1 in https://*) protocols='=https' ;; *) protocols='=http,https' ;; esac
  case $1 in
    http://* | https://*)
      if command -v curl >/dev/null; then curl -fsSL --proto "$protocols" --retry 2 -o "$2" "$1"
      elif command -v wget >/dev/null; then wget -q -O "$2" "$1"
      else fail "--from $1: neither curl nor wget is here; fetch the archive yourself and give its file"; fi ;;
    *) cp "$1" "$2" ;;
  esac
}

# Sets `release`, the unpacked archive, and `id`, its name among the versions.
obtain_release() {
  if [ -z "$from" ]; then
    here=$(cd "$(dirname "$0")" && pwd -P)
    release=${here%/package/deploy}
    # A script that lies alone changes what is installed.
    [ -x "$release/bin/node" ] || release=$(readlink -f "$PREFIX/current" 2>/dev/null || :)
    [ -x "$release/bin/node" ] || fail "--from is needed: this script does not lie in an unpacked archive (npm run release makes one)"
    if [ "$(dirname "$release")" = "$PREFIX/versions" ]; then id=$(basename "$release")
    else id=$(cat "$release/VERSION")-$(cd "$release" && find package/dist package/package.json -type f | sort | xargs cat | sha256sum | cut -c1-12); fi
    return
  fi
  mkdir -p "$PREFIX"
  staging=$(mktemp -d "$PREFIX/.staging.XXXXXX")
  fetch "$from" "$staging/archive" || fail "--from $from: cannot be read"
  if [ -z "$sha256" ]; then
    fetch "$from.sha256" "$staging/sha256" 2>/dev/null || fail "$from.sha256 is missing; put it beside the archive or give --sha256"
    sha256=$(cut -d' ' -f1 <"$staging/sha256")
  fi
  found=$(sha256sum "$staging/archive" | cut -d' ' -f1)
  [ "$found" = "$sha256" ] || fail "the archive is damaged or another one: its sha256 is $found, not $sha256"
  tar -xzf "$staging/archive" -C "$staging" || fail "--from $from: is no archive of npm run release"
  release=$staging/straightline
  [ -e "$release/VERSION" ] || fail "--from $from: is no archive of npm run release"
  id=$(cat "$release/VERSION")-$(echo "$found" | cut -c1-12)
}

check_node() {
  runtime=${node:-$release/bin/node}
  found=$("$runtime" --version 2>/dev/null) ||
    fail "$runtime does not run here; make the archive on a machine with this processor and C library, or name a Node by --node"
  oldest=$(printf '%s\n%s\n' "${found#v}" "$MIN_NODE" | sort -t. -k1,1n -k2,2n -k3,3n | head -1)
  [ "$oldest" = "$MIN_NODE" ] || fail "$runtime is Node $found; $MIN_NODE or newer is needed"
  # What root can run an agent's user may not even see.
  [ -z "$node" ] || [ -n "$dry_run" ] || su -s /bin/sh nobody -c "'$node' --version" >/dev/null 2>&1 ||
    fail "--node $node: the agent's user cannot run it; put it where every user can read it, for example /usr/local/bin"
}

# Another Node makes it another version: one that runs stays as it is.
name_version() {
  [ -z "$node" ] || id=${id%-node-*}-node-$(echo "$node" | sha256sum | cut -c1-8)
}

# The command of the archive, or of what is installed where there is none.
cli() {
  if [ -x "${runtime:-}" ]; then "$runtime" "$release/package/dist/services/cli/main.js" "$@"
  else "$PREFIX/current/bin/node" "$PREFIX/current/package/dist/services/cli/main.js" "$@"; fi
}

# Reaches NATS and, with a token, takes the agent's own credentials; nothing is installed before this has worked.
join() {
  set -- --kind "$kind" --nats "$nats" --out "$joined"
  [ -z "$node_id" ] || set -- "$@" --node-id "$node_id"
  [ -z "$ca_file" ] || set -- "$@" --ca-file "$ca_file"
  [ -z "$front_host" ] || [ -n "$front_cert" ] || set -- "$@" --front-host "$front_host"
  if [ -n "$token" ]; then printf '%s' "$token" | cli join "$@" --token-file /dev/stdin; else cli join "$@"; fi || exit 1
  node_id=$(cat "$joined/node-id")
  [ -e "$joined/front.pem" ] && [ -z "$front_cert" ] || return 0
  front_host=$(cat "$joined/front-host")
  front_port=$(cat "$joined/front-port" 2>/dev/null || :)
  front_cert=$joined/front.pem front_key=$joined/front.key front_ca=$joined/front-ca.pem
}

# Files that are given must do for the name; a name alone must be the token's, or what is installed already.
check_front() {
  [ -n "$front_host" ] || return 0
  if [ -n "$front_cert" ]; then
    [ -n "$dry_run" ] ||
      cli check-front --host "$front_host" --cert-file "$front_cert" --key-file "$front_key" --client-ca-file "$front_ca" || exit 1
  elif [ -z "$is_new" ] && [ "$front_host" = "$(config_value front.advertisedHost)" ]; then
    front_host=
  elif [ -e "$credentials" ]; then
    fail "--front-host $front_host: this agent has joined already, so no token can bring a certificate; give --front-cert, --front-key and --front-ca too"
  else
    [ -n "$token" ] && [ -n "$nats" ] ||
      fail "--front-host $front_host: needs a token made by straightline token create --front-host, or --front-cert, --front-key and --front-ca"
  fi
}

check_docker() {
  [ "$kind" = container ] || return 0
  docker_socket=${docker_socket:-/var/run/docker.sock}
  [ -S "$docker_socket" ] || fail "$docker_socket: no socket of a container engine; install Docker, or name the socket by --docker-socket"
  docker_group=$(stat -L -c %G "$docker_socket")
  case $(stat -L -c %A "$docker_socket") in ????rw*) ;; *) docker_group=root ;; esac
  [ "$docker_group" != root ] && [ "$docker_group" != UNKNOWN ] ||
    fail "$docker_socket: no permission for an agent that is not root; give the socket to a group, for example docker (chgrp docker, mode 660)"
}

create_user() {
  if ! id "$user" >/dev/null 2>&1; then
    if command -v useradd >/dev/null; then
      change useradd --system --user-group --home-dir "$state" --no-create-home --shell /usr/sbin/nologin "$user"
    else
      change addgroup -S "$user"
      change adduser -S -D -H -h "$state" -s /sbin/nologin -G "$user" "$user"
    fi
  fi
  [ "$kind" = container ] || return 0
  if command -v usermod >/dev/null; then change usermod -aG "$docker_group" "$user"; else change addgroup "$user" "$docker_group"; fi
}

# Sets what this call was told; what it was not, and keys that the user has added, stay.
write_config() {
  if [ -n "$dry_run" ]; then echo "would write: $config (mode 0600)"; return; fi
  set -- "nodeId=$node_id" "stateDirectory=$state" "cacheDirectory=$state/bundles"
  [ -z "$zone" ] || set -- "$@" "zone=$zone"
  [ -z "$labels" ] || set -- "$@" "labels=$labels"
  [ "$kind" != container ] || set -- "$@" "dockerSocket=$docker_socket"
  [ -z "$nats" ] || set -- "$@" "nats.servers=$nats"
  [ ! -e "$joined/agent.creds" ] || set -- "$@" "nats.credentialsFile=$credentials"
  [ ! -e "$joined/ca.pem" ] || set -- "$@" "nats.caFile=$ca"
  if [ -n "$front_host" ]; then
    set -- "$@" front.host=0.0.0.0 "front.advertisedHost=$front_host" "front.certFile=$front.pem" "front.keyFile=$front.key" "front.clientCaFile=$front-ca.pem"
    [ -z "$front_port" ] || set -- "$@" "front.port=$front_port"
    install_private "$front_cert" "$front.pem"
    install_private "$front_key" "$front.key"
    install_private "$front_ca" "$front-ca.pem"
  fi
  cli config set "$config" "$@" >"$joined/agent.yaml" || fail "$config: cannot be renewed"
  install_private "$joined/agent.yaml" "$config"
  [ ! -e "$joined/agent.creds" ] || install_private "$joined/agent.creds" "$credentials"
  [ ! -e "$joined/ca.pem" ] || install_private "$joined/ca.pem" "$ca"
}

keep_files() {
  [ -z "$dry_run" ] || return 0
  mkdir "$joined/before"
  for file in $own_files; do [ ! -e "$file" ] || cp -p "$file" "$joined/before/"; done
}

restore_files() {
  for file in $own_files; do
    if [ -e "$joined/before/$(basename "$file")" ]; then cp -p "$joined/before/$(basename "$file")" "$file"; else rm -f "$file"; fi
  done
}

install_private() { install -o "$user" -g "$user" -m 0600 "$1" "$2"; }

put_release() {
  target=$PREFIX/versions/$id
  if [ "$release" != "$target" ] && [ ! -e "$target" ]; then
    change mkdir -p "$PREFIX/versions"
    # It takes its name when it is whole: a copy that was cut off is no version.
    if [ -z "$dry_run" ] && [ -z "${staging:-}" ]; then
      staging=$(mktemp -d "$PREFIX/.staging.XXXXXX")
      cp -R "$release" "$staging/straightline"
      release=$staging/straightline
    fi
    [ -z "$node" ] || change ln -sfn "$node" "$release/bin/node"
    change chown -R root:root "$release"
    change mv "$release" "$target"
  fi
  change ln -sfn "$target" "$PREFIX/current"
  [ -n "$dry_run" ] || release=$target
}

# The version before stays, since instances may run its Node; what is older goes, and what an interrupted installation has left.
prune_versions() {
  [ -z "$dry_run" ] || return 0
  rm -rf "$PREFIX"/.staging.*
  for one in "$PREFIX"/versions/*; do
    [ "$one" = "$release" ] || [ "$one" = "${before:-}" ] || rm -rf "$one"
  done
}

# Agents of a machine share their version.
reload_others() {
  for other in vm container serverless; do
    # Apart: what takes this installation back must not take the other's kind for its own.
    [ "$other" = "$kind" ] || [ ! -e "$CONFIG/agent-$other.yaml" ] || (kind=$other; ! service_runs || service_do reload)
  done
}

# Waits until the agent has joined; fails with what it says.
wait_joined() {
  left=$timeout
  while [ "$left" -gt 0 ]; do
    status=$(cat "$state/status" 2>/dev/null || :)
    case $status in
      joined) return 0 ;;
      failed*) echo "straightline: the agent says: ${status#failed }" >&2; return 1 ;;
    esac
    sleep 1
    left=$((left - 1))
  done
  echo "straightline: not joined after $timeout s; the agent says: ${status:-nothing}" >&2
  service_log >&2
  return 1
}

agent() {
  check_kind "$kind"
  names_of "$kind"
  init=$(find_init)
  trap cleanup EXIT
  trap 'exit 1' HUP INT PIPE TERM
  [ "$(id -u)" = 0 ] || [ -n "$dry_run" ] || fail "must be run as root (it creates a user and a service)"
  is_new=yes
  [ ! -e "$config" ] || is_new=
  [ -n "$nats" ] || [ -z "$is_new" ] || fail "--nats: is needed for a first installation"
  needs_no_token "$nats" || [ -n "$token" ] || [ -e "$credentials" ] ||
    fail "--join: is needed for a NATS on another machine (straightline token create makes a token)"
  check_source
  if [ -n "$dry_run" ] && [ -n "$from" ]; then
    case $from in http://* | https://*) ;; *) [ -r "$from" ] || fail "--from $from: cannot be read" ;; esac
    echo "would fetch, verify and unpack: $from"
    id=VERSION release=$PREFIX/.staging
  else
    obtain_release
    check_node
  fi
  name_version
  [ -n "$is_new" ] || read_installed
  check_docker
  check_front
  [ -n "$dry_run" ] || joined=$(mktemp -d)
  trap 'status=$?; trap - EXIT; trap : HUP INT PIPE TERM; give_back_id; cleanup; exit $status' EXIT
  if [ -n "$nats" ]; then
    if [ -n "$dry_run" ]; then echo "would reach NATS${token:+ and exchange the token for credentials}"
    elif [ -e "$credentials" ]; then [ -z "$token" ] || say "has credentials already; the token is not used"
    else join; fi
  fi
  [ -z "$ca_file" ] || [ -n "$dry_run" ] || [ -e "$joined/ca.pem" ] || cp "$ca_file" "$joined/ca.pem" || fail "--ca-file $ca_file: cannot be read"
  before=$(readlink "$PREFIX/current" 2>/dev/null || :)
  keep_files
  # From here on a failure takes back what was done.
  trap 'status=$?; trap - EXIT; trap : HUP INT PIPE TERM; take_back; cleanup; exit $status' EXIT
  create_user
  change mkdir -p "$CONFIG" "$state"
  change chown "$user:$user" "$state"
  change chmod 0700 "$state"
  write_config
  put_release
  change rm -f "$state/status"
  service_install
  service_begin
  if [ -z "$dry_run" ]; then
    wait_joined || exit 1
    reload_others
    prune_versions
    sync
  fi
  trap cleanup EXIT
  trap : HUP PIPE
  say "$kind agent ${node_id:+$node_id }${dry_run:+would be }ready (version $id, $([ "$init" = none ] && echo 'supervised process' || echo "$init"))"
}

take_back() {
  [ -z "$dry_run" ] || return 0
  if [ -n "$is_new" ]; then
    say "taking back what was installed" >&2
    if service_runs; then service_do stop >/dev/null 2>&1 || :; fi
    # Apart from the rest, since it says so where it fails, and then not once more.
    give_back_id
    [ ! -e "$joined/agent.creds" ] || rm -f "$credentials"
    remove_agent >/dev/null 2>&1 || :
    if [ -n "$before" ] && [ -e "$before" ]; then ln -sfn "$before" "$PREFIX/current"; prune_to_before; fi
  else
    say "going back to what was before ($(basename "$before"))" >&2
    give_back_id
    restore_files
    ln -sfn "$before" "$PREFIX/current"
    prune_to_before
    release=$before
    service_install || :
    service_begin || :
  fi
}

prune_to_before() { [ "$release" = "$before" ] || case $release in "$PREFIX"/versions/*) rm -rf "$release" ;; esac; }

# What a call for an installed agent need not say again.
read_installed() {
  installed_id=$(config_value nodeId)
  [ -z "$node_id" ] || [ "$node_id" = "$installed_id" ] || fail "--node-id: the agent here is $installed_id; uninstall it before it becomes another node"
  node_id=$installed_id
  [ "$kind" != container ] || docker_socket=${docker_socket:-$(config_value dockerSocket)}
}

# Gives the node's id back, so that the machine can join again.
leave_fleet() {
  [ -e "$credentials" ] && [ -z "$dry_run" ] || return 0
  leave "$(config_value nodeId)" "$(config_value nats.servers)" "$credentials" "$ca"
}

# The same of an id that was joined by in this call, whose agent will not be.
give_back_id() {
  [ ! -e "${joined:-/nonexistent}/agent.creds" ] || leave "$node_id" "$nats" "$joined/agent.creds" "$joined/ca.pem"
}

leave() { # leave ID NATS CREDENTIALS CA
  left_id=$1 left_ca=$4
  set -- --kind "$kind" --node-id "$1" --nats "$2" --credentials-file "$3"
  [ ! -e "$left_ca" ] || set -- "$@" --ca-file "$left_ca"
  cli leave "$@" ||
    say "the node's id could not be given back; free it by: straightline nodes remove ${left_id:-NODE}" >&2
}

config_value() { cli config get "$config" "$1" 2>/dev/null || :; }

# --- uninstall

# No agent of another kind is installed.
last_agent() {
  for other in vm container serverless; do
    [ "$other" = "$kind" ] || [ ! -e "$CONFIG/agent-$other.yaml" ] || return 1
  done
}

# Containers outlive the agent; an agent that is told to stop them knows which are its own.
stop_containers() {
  [ "$kind" = container ] && [ -e "$config" ] && [ -e "$PREFIX/current/bin/node" ] || return 0
  if [ -n "$dry_run" ]; then echo "would stop this agent's containers"; return; fi
  sweep_log=$state/uninstall.log
  : >"$sweep_log"
  "$PREFIX/current/bin/node" "$PREFIX/current/package/dist/agents/container/main.js" --config "$config" --on-stop stop >"$sweep_log" 2>&1 &
  sweep=$!
  left=60
  while [ "$left" -gt 0 ] && kill -0 "$sweep" 2>/dev/null && ! grep -q '"running"' "$sweep_log"; do sleep 1; left=$((left - 1)); done
  kill -TERM "$sweep" 2>/dev/null || :
  wait "$sweep" || say "not all containers could be stopped; see docker ps --filter label=straightline.node" >&2
}

# Processes of the agent's user: instances that outlived it.
end_processes() {
  for signal in TERM KILL; do
    [ -z "$(processes_of "$user")" ] || change kill "-$signal" $(processes_of "$user") 2>/dev/null || :
    left=20
    while [ "$left" -gt 0 ] && [ -z "$dry_run" ] && [ -n "$(processes_of "$user")" ]; do sleep 1; left=$((left - 1)); done
  done
}

processes_of() {
  uid=$(id -u "$1" 2>/dev/null) || return 0
  # Whatever the user is called: root's processes are not ours.
  [ "$uid" != 0 ] || return 0
  for status in /proc/[0-9]*/status; do
    awk -v uid="$uid" '/^Pid:/ { pid = $2 } /^State:/ { state = $2 } /^Uid:/ && $2 == uid && state != "Z" { print pid }' "$status" 2>/dev/null || :
  done
}

remove_agent() {
  if service_runs; then service_do stop || :; fi
  stop_containers
  leave_fleet
  service_remove
  end_processes
  change rm -rf $own_files "$state" "$log"
  if id "$user" >/dev/null 2>&1; then
    if command -v userdel >/dev/null; then change userdel "$user"; else change deluser "$user"; fi
  fi
  if command -v getent >/dev/null && getent group "$user" >/dev/null; then
    if command -v groupdel >/dev/null; then change groupdel "$user"; else change delgroup "$user"; fi
  fi
  if last_agent; then
    change rm -rf "$PREFIX/versions" "$PREFIX/current" "$PREFIX"/.staging.*
    for folder in "$CONFIG" "$STATE"; do [ ! -d "$folder" ] || change rmdir "$folder" 2>/dev/null || :; done
    [ -n "${staging:-}" ] || [ ! -d "$PREFIX" ] || change rmdir "$PREFIX" || :
  fi
}

uninstall() {
  [ "$(id -u)" = 0 ] || [ -n "$dry_run" ] || fail "must be run as root"
  init=$(find_init)
  [ -z "$kind" ] || check_kind "$kind"
  for kind in ${kind:-vm container serverless}; do
    names_of "$kind"
    if [ -e "$config" ] || id "$user" >/dev/null 2>&1; then
      remove_agent
      say "$kind agent ${dry_run:+would be }removed"
    else
      say "no $kind agent is installed"
    fi
  done
}

case $command in
  agent) agent ;;
  uninstall) uninstall ;;
  --help | help | '') usage ;;
  *) fail "unknown command $command; see install.sh --help" ;;
esac
