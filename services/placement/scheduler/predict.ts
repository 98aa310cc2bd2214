import type { Candidate, DurationTotals, PredictedTime } from "./types.js";

/**
 * Expected response time of a request that gets a slot at once, from what telemetry tells:
 * transfer = bytes / bandwidth (0 when not known), wait = 0 as the slot is reserved, service = mean of recent requests,
 * cold start = mean of recent starts when no worker of the function is idle. Without any record a part is 0.
 */
export function predict({ instance, node }: Candidate, sizeBytes: number): PredictedTime {
  return {
    transferMs: node.networkBytesPerSecond > 0 ? (sizeBytes / node.networkBytesPerSecond) * 1000 : 0,
    waitMs: 0,
    serviceMs: meanMs(instance.serviceTime),
    coldStartMs: instance.idleWorkers === 0 ? meanMs(instance.coldStart) : 0,
  };
}

function meanMs({ count, sumMs }: DurationTotals): number {
  return count > 0 ? sumMs / count : 0;
}
