import { join } from "node:path";
import { kernelField, readKernelFile, readKernelNumber } from "./files.js";
import type { OwnCgroup } from "./own.js";

/** Version 1 says "no limit" by a number near 2^63. */
const UNLIMITED_BYTES = 2 ** 60;

/** The tightest memory limit on a group and what is above it, bytes; undefined: none. */
export function memoryLimitBytes(cgroup: OwnCgroup): number | undefined {
  const file = cgroup.version === 2 ? "memory.max" : "memory.limit_in_bytes";
  return tightest(
    cgroup
      .chain("memory")
      .map((directory) => readKernelNumber(join(directory, file)))
      .map(belowUnlimited),
  );
}

/** The tightest CPU limit on a group and what is above it, thousandths of a core; undefined: none. */
export function cpuLimitMillicores(cgroup: OwnCgroup): number | undefined {
  return tightest(cgroup.chain("cpu").map(cgroup.version === 2 ? quotaV2 : quotaV1));
}

/** Memory in use by a group, bytes, without the file cache that the kernel can take back. */
export function memoryUsageBytes(version: 1 | 2, directory: string): number | undefined {
  const total = readKernelNumber(join(directory, version === 2 ? "memory.current" : "memory.usage_in_bytes"));
  if (total === undefined) return undefined;
  const inactive = kernelField(
    readKernelFile(join(directory, "memory.stat")),
    version === 2 ? "inactive_file" : "total_inactive_file",
  );
  return Math.max(0, total - (inactive ?? 0));
}

/** CPU time that a group has used, milliseconds. `directory` is that of cpuacct in version 1. */
export function cpuTimeMs(version: 1 | 2, directory: string): number | undefined {
  if (version === 2) return scaled(kernelField(readKernelFile(join(directory, "cpu.stat")), "usage_usec"), 1e3);
  return scaled(readKernelNumber(join(directory, "cpuacct.usage")), 1e6);
}

/** How many processes of a group the kernel has killed for want of memory. */
export function memoryKills(version: 1 | 2, directory: string): number {
  const file = version === 2 ? "memory.events" : "memory.oom_control";
  return kernelField(readKernelFile(join(directory, file)), "oom_kill") ?? 0;
}

function scaled(value: number | undefined, divisor: number): number | undefined {
  return value === undefined ? undefined : value / divisor;
}

function quotaV2(directory: string): number | undefined {
  const match = /^(\d+) (\d+)/.exec(readKernelFile(join(directory, "cpu.max")) ?? "");
  return match === null ? undefined : (Number(match[1]) / Number(match[2])) * 1000;
}

function quotaV1(directory: string): number | undefined {
  const quota = readKernelNumber(join(directory, "cpu.cfs_quota_us"));
  const period = readKernelNumber(join(directory, "cpu.cfs_period_us"));
  return quota === undefined || period === undefined ? undefined : (quota / period) * 1000;
}

function belowUnlimited(bytes: number | undefined): number | undefined {
  return bytes !== undefined && bytes < UNLIMITED_BYTES ? bytes : undefined;
}

function tightest(limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
