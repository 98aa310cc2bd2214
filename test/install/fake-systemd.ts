import { mustRun, type TestHost } from "./host.js";

/** What services.sh asks of systemd, where none runs: each unit's command is a process of root. */
const SYSTEMCTL = `#!/bin/sh
folder=/run/systemd/fake
quiet=
while :; do case $1 in --quiet) quiet=yes ;; --no-block) ;; *) break ;; esac; shift; done
verb=$1; shift
[ "\${1:-}" != --now ] || { verb=take-away; shift; }
pid=$(cat $folder/$1.pid 2>/dev/null)
runs() { grep -q '^State:.[^Z]' /proc/\${pid:-none}/status 2>/dev/null; }
ends() { for _ in $(seq 100); do runs || return 0; sleep 0.1; done; return 1; }
end() { if runs; then kill $pid; ends || { kill -KILL $pid; ends; }; fi; }
case $verb in
  enable) touch $folder/$1.enabled ;;
  is-enabled) [ -e $folder/$1.enabled ] ;;
  is-active)
    if runs; then state=active; else state=inactive; fi
    [ -n "$quiet" ] || echo $state
    [ $state = active ] ;;
  stop) end; rm -f $folder/$1.pid ;;
  disable) rm -f $folder/$1.enabled ;;
  take-away) end; rm -f $folder/$1.* ;;
  restart)
    end
    setsid sh -c "exec $(sed -n s/^ExecStart=//p /etc/systemd/system/$1)" >/dev/null 2>&1 &
    echo $! >$folder/$1.pid ;;
esac
`;

/** Puts it there until it is disposed of. */
export async function fakeSystemd(host: TestHost): Promise<AsyncDisposable> {
  const script = Buffer.from(SYSTEMCTL).toString("base64");
  await mustRun(
    host,
    `mkdir -p /run/systemd/system /run/systemd/fake; echo ${script} | base64 -d >/usr/local/bin/systemctl; chmod +x /usr/local/bin/systemctl`,
  );
  const away = "rm -r /usr/local/bin/systemctl /run/systemd/fake; rmdir /run/systemd/system";
  return { [Symbol.asyncDispose]: async () => void (await mustRun(host, away)) };
}
