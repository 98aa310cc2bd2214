import { cpus } from "node:os";

/** CPU time of the machine since it started, over all cores, milliseconds. */
export interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

/** Reads the machine's CPU time. */
export function machineCpuTimes(): CpuTimes {
  let [busyMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    const busy = times.user + times.nice + times.sys + times.irq;
    busyMs += busy;
    totalMs += busy + times.idle;
  }
  return { busyMs, totalMs };
}

/** Use between two readings, thousandths of a core, 0..cores * 1000. */
export function busyMillicores(before: CpuTimes, after: CpuTimes, cores: number): number {
  const totalMs = after.totalMs - before.totalMs;
  if (totalMs <= 0) return 0;
  const ratio = (after.busyMs - before.busyMs) / totalMs;
  return Math.round(Math.min(1, Math.max(0, ratio)) * cores * 1000);
}
