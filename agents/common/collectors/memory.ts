import { freemem, totalmem } from "node:os";

/** Memory in use, bytes: without what the kernel can take back at once, where it tells (MemAvailable). */
export function machineMemoryUsed(meminfo: string | undefined): number {
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? "");
  return totalmem() - (match === null ? freemem() : Number(match[1]) * 1024);
}
