#!/bin/sh
# Keeps one agent running: supervise.sh COMMAND [ARGUMENT...]. The agent is started again when it ends, after 1 s at first and 30 s at most.
# SIGHUP starts it anew at once, so that it takes a new version while its instances go on; SIGTERM ends both.
set -u

# Where the service manager has handed this group of processes over (systemd's Delegate=), the agent steps into a child of it: a group that holds
# processes may not hand limits to the groups of instances.
group=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup 2>/dev/null)
if [ "$(id -u)" != 0 ] && [ -w "$group/cgroup.procs" ] && mkdir -p "$group/agent" 2>/dev/null; then
  echo $$ >"$group/agent/cgroup.procs" 2>/dev/null || :
fi

# Runs a command to its end, or until it is told to end.
run() {
  "$@" &
  child=$!
  # What came while the child was being made has not reached it, and it takes a moment until one would.
  if [ -n "$anew$stopping" ]; then
    sleep 1
    pass_on
  fi
  # A trapped signal ends `wait` early, while the child is still ending.
  while kill -0 "$child" 2>/dev/null; do wait "$child" || :; done
  child=
}

child=
anew=
stopping=
pass_on() { [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || :; }
trap 'anew=yes; pass_on' HUP
trap 'stopping=yes; pass_on' TERM INT

pause=1
while [ -z "$stopping" ]; do
  began=$(date +%s)
  [ -z "$stopping" ] || break
  anew=
  run "$@"
  [ -z "$stopping" ] || break
  [ $(($(date +%s) - began)) -lt 60 ] || pause=1
  if [ -z "$anew" ]; then
    run sleep "$pause"
    pause=$((pause * 2))
    [ "$pause" -le 30 ] || pause=30
  fi
done
