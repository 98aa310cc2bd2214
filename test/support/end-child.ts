import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

/** As long as `up` may take to stop all that it has started. */
const GRACE_MS = 30_000;

/** Ends a program that leads its own process group as Ctrl-C does, and with its group when it does not heed that; nothing where it has ended. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGINT");
  const heeded = await Promise.race([exited.then(() => true), delay(GRACE_MS, false, { ref: false })]);
  if (heeded) return;
  process.kill(-child.pid, "SIGKILL");
  await exited;
}
