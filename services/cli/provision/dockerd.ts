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
const READY_TIMEOUT_MS = 30_000;
/** dockerd gives its containers 10 s to end (its own --shutdown-timeout is 15 s) and then stops containerd. */
const STOP_GRACE_MS = 30_000;

/**
 * Starts dockerd as a child on its default socket and data root, and waits until it answers. It brings its own containerd. Rejects with
 * START_FAILED and its last lines, which name what is missing (iptables, cgroups, rights).
 */
export async function startDockerd({ dockerd, env }: DockerdOptions): Promise<DockerdProcess> {
  await removeStalePidFile();
  const argv = [dockerd, "--host", `unix://${DEFAULT_SOCKET}`, "--pidfile", PID_FILE];
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

/** After a crash the pid file may name a process that is gone or is another program; dockerd then refuses to start in the second case. */
async function removeStalePidFile(): Promise<void> {
  const pid = Number(await readFile(PID_FILE, "utf8").catch(() => ""));
  if (!(pid > 0)) return;
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  if (name.trim() !== "dockerd") await rm(PID_FILE, { force: true });
}
