import { readKernelFile } from "../cgroup/index.js";

/** What a process and its descendants use. */
export interface TreeUsage {
  /** CPU time since start, milliseconds. */
  readonly cpuMs: number;
  /** Resident memory, bytes. */
  readonly memoryBytes: number;
}

/** Clock ticks a second in /proc: fixed at 100 on Linux (USER_HZ). */
const MS_PER_TICK = 10;
/** More descendants than this are not followed. */
const MAX_PROCESSES = 1000;

/** Sums over a process and its descendants; undefined when the process is gone or there is no /proc. */
export function treeUsage(pid: number): TreeUsage | undefined {
  if (readKernelFile(`/proc/${pid}/stat`) === undefined) return undefined;
  const pending = [pid];
  let [cpuMs, memoryBytes, seen] = [0, 0, 0];
  for (let next = pending.pop(); next !== undefined && seen < MAX_PROCESSES; next = pending.pop()) {
    seen += 1;
    cpuMs += cpuMsOf(readKernelFile(`/proc/${next}/stat`));
    memoryBytes += residentBytesOf(readKernelFile(`/proc/${next}/status`));
    pending.push(...childrenOf(next));
  }
  return { cpuMs, memoryBytes };
}

function childrenOf(pid: number): number[] {
  const text = readKernelFile(`/proc/${pid}/task/${pid}/children`) ?? "";
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
}

/** Fields 14 and 15 of /proc/<pid>/stat: time in user and in kernel mode. */
function cpuMsOf(stat: string | undefined): number {
  if (stat === undefined) return 0;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

function residentBytesOf(status: string | undefined): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? "");
  return match === null ? 0 : Number(match[1]) * 1024;
}
