#!/bin/sh
# Agents where no init system runs: straightline-agents start|stop|reload [KIND] or status KIND; of all installed kinds without one; install.sh links it into
# /usr/local/bin. A container calls `straightline-agents start` when it begins. OpenRC's scripts call it too.
set -eu

command=${1:-}
kinds=${2:-$(for file in /etc/straightline/agent-*.yaml; do [ ! -e "$file" ] || basename "$file" .yaml | sed 's/^agent-//'; done)}
home=/opt/straightline/current

pid_of() { cat "/var/lib/straightline/agent-$1/supervisor.pid" 2>/dev/null || :; }

# After the machine has been off, the number may be another process's.
runs() {
  pid=$(pid_of "$1")
  [ -n "$pid" ] && { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -q "supervise.sh .*/agent-$1.yaml"
}

start() {
  ! runs "$1" || return 0
  log=/var/log/straightline-agent-$1.log
  user=straightline-$1
  [ -e "$log" ] || install -o "$user" -g "$user" -m 0600 /dev/null "$log"
  set -- "$home/package/deploy/agent/supervise.sh" "$home/bin/node" "$home/package/dist/agents/$1/main.js" --config "/etc/straightline/agent-$1.yaml"
  # A session of its own, so that it does not end with the caller's.
  PID_FILE=/var/lib/straightline/$(basename "$5" .yaml)/supervisor.pid
  export PID_FILE
  cd /
  # Some `su` keep the two dashes, which others need.
  setsid su -s /bin/sh -c 'echo $$ >"$PID_FILE"; umask 077; ulimit -n 65536 2>/dev/null; [ "$0" = agent ] || shift; exec "$@"' "$user" -- agent "$@" >>"$log" 2>&1 </dev/null &
}

stop() {
  runs "$1" || return 0
  pid=$(pid_of "$1")
  kill -TERM "$pid"
  left=45
  while [ "$left" -gt 0 ] && runs "$1"; do sleep 1; left=$((left - 1)); done
  if runs "$1"; then kill -KILL "$pid"; fi
  rm -f "/var/lib/straightline/agent-$1/supervisor.pid"
}

reload() {
  if runs "$1"; then kill -HUP "$(pid_of "$1")"; else start "$1"; fi
}

case $command in
  status) runs "$kinds" ;;
  start | stop | reload) for kind in $kinds; do "$command" "$kind"; done ;;
  *) echo "usage: straightline-agents start|stop|reload [vm|container|serverless]" >&2; exit 2 ;;
esac
