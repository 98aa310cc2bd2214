import { readFile, rm } from "node:fs/promises";
import { dirname, delimiter as pathDelimiter } from "node:path";
import { startServerChild, waitUntilReady } from "./child.js";
import { DEFAULT_SOCKET, probeSocket } from "./engine-socket.js";

/** How dockerd is started. */
export interface DockerdOptions {
  /** Path of the program. */
  readonly dockerd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A dockerd that runs until it is stopped. */
export interface DockerdProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

const PID_FILE = "/var/run/docker.pid";
const PID_FILES = [
  [PID_FILE, "dockerd"],
  ["/var/run/docker/containerd/containerd.pid", "containerd"],
] as const;
const READY_TIMEOUT_MS = 30_000;
/** dockerd gives its containers 10 s to end (its own --shutdown-timeout is 15 s) and then stops containerd. */
const STOP_GRACE_MS = 30_000;

/**
 * Starts dockerd as a child on its default socket and data root, and waits until it answers. It brings its own containerd. Rejects with
 * START_FAILED and its last lines, which name what is missing (iptables, cgroups, rights).
 */
export async function startDockerd({ dockerd, env }: DockerdOptions): Promise<DockerdProcess> {
  await removeStalePidFiles();
  const argv = [dockerd, "--host", `unix://${DEFAULT_SOCKET}`, "--pidfile", PID_FILE, "--log-level", "warn"];
  const child = await startServerChild(argv, { ...env, PATH: searchPath(env, dockerd) });
  const isReady = async (): Promise<boolean> => (await probeSocket(DEFAULT_SOCKET)) === "answers";
  await waitUntilReady({ child, name: "dockerd", isReady, timeoutMs: READY_TIMEOUT_MS });
  return {
    pid: child.pid,
    async stop() {
      await child.stop(STOP_GRACE_MS);
      // dockerd removes both itself, unless it had to be killed.
      await rm(PID_FILE, { force: true });
      if ((await probeSocket(DEFAULT_SOCKET)) !== "answers") await rm(DEFAULT_SOCKET, { force: true });
    },
  };
}

/** dockerd looks for iptables, containerd and runc on PATH, which for many a user lacks the sbin folders. */
function searchPath(env: NodeJS.ProcessEnv, dockerd: string): string {
  return [env["PATH"] ?? "", dirname(dockerd), "/usr/sbin", "/sbin", "/usr/local/sbin"]
    .filter((part) => part !== "")
    .join(pathDelimiter);
}

/**
 * After a crash a pid file may name a process that has ended, is not yet reaped, or is by now another program; dockerd would take it for its
 * own and give up.
 */
async function removeStalePidFiles(): Promise<void> {
  for (const [file, program] of PID_FILES) {
    const pid = Number(await readFile(file, "utf8").catch(() => ""));
    if (pid > 0 && !(await runs(pid, program))) await rm(file, { force: true });
  }
}

/** Whether a process is the program, and no zombie (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
async function runs(pid: number, program: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.includes(`(${program})`) && !stat.includes(") Z ");
}
