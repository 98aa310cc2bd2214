import { createRecentSketch, type FunctionStats } from "../../common/index.js";
import type { PoolCounts } from "./pool.js";

/** Counts what passes through a function. */
export interface FunctionCounters {
  coldStarted(startMs: number): void;
  throttled(): void;
  /** A worker was used for `usedMs`; billed by the begun millisecond. */
  used(usedMs: number): void;
  served(serviceMs: number): void;
  failed(message: string): void;
  stats(counts: PoolCounts, keepAliveMs: number): FunctionStats;
}

/** Counters at zero. */
export function createFunctionCounters(now: () => number): FunctionCounters {
  const coldStart = createRecentSketch(now);
  const serviceTime = createRecentSketch(now);
  const sums = { coldStartCount: 0, throttledCount: 0, billedMs: 0, servedCount: 0, failedCount: 0, lastError: "" };
  return {
    coldStarted(startMs) {
      coldStart.record(startMs);
      sums.coldStartCount += 1;
    },
    throttled() {
      sums.throttledCount += 1;
    },
    used(usedMs) {
      sums.billedMs += Math.ceil(usedMs);
    },
    served(serviceMs) {
      serviceTime.record(serviceMs);
      sums.servedCount += 1;
    },
    failed(message) {
      sums.failedCount += 1;
      sums.lastError = message;
    },
    stats: ({ idle, busy, starting, waiting }, keepAliveMs) => ({
      ...sums,
      inFlight: busy + waiting,
      queued: waiting,
      idleWorkers: idle,
      busyWorkers: busy,
      startingWorkers: starting,
      keepAliveMs,
      coldStart: coldStart.toData(),
      serviceTime: serviceTime.toData(),
    }),
  };
}
