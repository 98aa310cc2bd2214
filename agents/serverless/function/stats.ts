import type { StraightLineError } from "../../../services/common/errors/index.js";
import { METRIC, type Metrics } from "../../../services/common/observe/index.js";
import { createRecentSketch, type FunctionStats } from "../../common/index.js";
import type { PoolCounts } from "./pool.js";

/** Counts what passes through a function. */
export interface FunctionCounters {
  /** A worker was started, for whom ever. */
  workerStarted(startMs: number): void;
  /** A request was given a worker that had to be started. */
  coldStarted(): void;
  throttled(): void;
  /** A worker was used for `usedMs`; billed by the begun millisecond. */
  used(usedMs: number): void;
  served(serviceMs: number): void;
  failed(error: StraightLineError): void;
  stats(counts: PoolCounts, keepAliveMs: number): FunctionStats;
}

/** Counters at zero, for telemetry; `metrics` count on over all functions of the application that the agent has had. */
export function createFunctionCounters(now: () => number, metrics: Metrics, application: string): FunctionCounters {
  const coldStart = createRecentSketch(now);
  const serviceTime = createRecentSketch(now);
  const sums = { coldStartCount: 0, throttledCount: 0, billedMs: 0, servedCount: 0, failedCount: 0, lastError: "" };
  const { invocations, errors, timeouts, coldStarts, duration, initDuration } = createFunctionMetrics(metrics, application);
  return {
    workerStarted(startMs) {
      coldStart.record(startMs);
      sums.coldStartCount += 1;
      initDuration.record(startMs / 1000, application);
    },
    coldStarted: () => coldStarts.add(1, application),
    throttled() {
      sums.throttledCount += 1;
    },
    used(usedMs) {
      sums.billedMs += Math.ceil(usedMs);
      duration.record(usedMs / 1000, application);
    },
    served(serviceMs) {
      serviceTime.record(serviceMs);
      sums.servedCount += 1;
      invocations.add(1, application);
    },
    failed({ code, message }) {
      sums.failedCount += 1;
      sums.lastError = message;
      errors.add(1, application);
      if (code === "DEADLINE_EXCEEDED") timeouts.add(1, application);
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

/** The counters are known from the start, so that their first increase is seen as one. */
function createFunctionMetrics(metrics: Metrics, application: string) {
  const counters = {
    invocations: metrics.counter(METRIC.functionInvocations),
    errors: metrics.counter(METRIC.functionErrors),
    timeouts: metrics.counter(METRIC.functionTimeouts),
    coldStarts: metrics.counter(METRIC.functionColdStarts),
  };
  for (const counter of Object.values(counters)) counter.add(0, application);
  return {
    ...counters,
    duration: metrics.histogram(METRIC.functionDuration),
    initDuration: metrics.histogram(METRIC.functionInitDuration),
  };
}
