import type { ContainerStats } from "dockerode";
import type { InstanceUsage } from "../common/index.js";

/** One reading of a container's counters. */
export interface UsageReading {
  readonly takenAtMs: number;
  /** CPU time since the container started, nanoseconds. */
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
}

const NANO_PER_MILLI = 1_000_000;

/** Reads the engine's one-shot statistics; undefined when the container has ended, for which the engine answers without figures. */
export function readingOf(stats: ContainerStats): UsageReading | undefined {
  const takenAtMs = Date.parse(stats.read);
  const used = stats.memory_stats.usage;
  // Year 1 and no memory: what the engine answers for a container that has ended.
  if (!(takenAtMs > 0) || used === undefined) return undefined;
  return {
    takenAtMs,
    cpuNanoseconds: stats.cpu_stats.cpu_usage.total_usage,
    memoryBytes: Math.max(0, used - reclaimable(stats)),
  };
}

/** Page cache that the kernel gives back at need, as `docker stats` leaves it out too: cgroup v1 and v2 name it differently. */
function reclaimable({ memory_stats }: ContainerStats): number {
  const figures = memory_stats.stats as unknown as Readonly<Record<string, number>> | undefined;
  return figures?.["total_inactive_file"] ?? figures?.["inactive_file"] ?? 0;
}

/** Use between two readings; without an earlier one the CPU is not known yet and is 0. */
export function usageBetween(before: UsageReading | undefined, now: UsageReading): InstanceUsage {
  const elapsedMs = before === undefined ? 0 : now.takenAtMs - before.takenAtMs;
  const usedMs = before === undefined ? 0 : (now.cpuNanoseconds - before.cpuNanoseconds) / NANO_PER_MILLI;
  return {
    cpuMillicores: elapsedMs > 0 ? Math.max(0, Math.round((usedMs / elapsedMs) * 1000)) : 0,
    memoryBytes: now.memoryBytes,
  };
}
