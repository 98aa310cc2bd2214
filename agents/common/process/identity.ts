import { execFileSync } from "node:child_process";
import { readKernelFile } from "../cgroup/index.js";

/**
 * Tells a process from a later one with the same pid: its start time as the kernel knows it. Undefined when it has ended; a zombie
 * has.
 */
export function processIdentity(pid: number): string | undefined {
  return process.platform === "linux" ? linuxIdentity(readKernelFile(`/proc/${pid}/stat`)) : psIdentity(pid);
}

/** Start ticks of /proc/<pid>/stat: field 22, where fields 1 and 2 are pid and name, and the name may hold spaces and ')'. */
export function linuxIdentity(stat: string | undefined): string | undefined {
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTicks] = [fields[0], fields[19]];
  return state === "Z" || state === "X" ? undefined : startTicks;
}

function psIdentity(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8", timeout: 1000 }).trim();
    return line === "" || line.startsWith("Z") ? undefined : line.slice(line.indexOf(" ")).trim();
  } catch {
    // ps ends with 1 when there is no such process.
    return undefined;
  }
}

/** Sends a signal to a process group; false when it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    // ESRCH: the group has ended, which is what the caller wants to know.
    return false;
  }
}
