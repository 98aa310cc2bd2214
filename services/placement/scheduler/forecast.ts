import type { Candidate, Forecast, InstanceModel, InstanceView, NodeView, PlacementInput } from "./types.js";
import { UNKNOWN_INSTANCE } from "./unknown-instance.js";

/** A request that should get a slot by now gets one in half the time for which it is overdue, on the mean (a heavy tail's habit). */
const OVERDUE_SHARE = 0.5;
/** Least wait behind a full instance, in mean service times per slot. */
const LEAST_WAIT_SHARE = 0.2;
/** Spread of a wait, relative to it. */
const WAIT_SPREAD_RATIO = 0.5;
/** Doubt of service and wait that each missed tick adds, relative to them. */
const DOUBT_PER_MISSED_TICK = 0.1;
/** One missed tick is a lost message; each further one makes a dead node likelier by this. */
const DEATH_PER_MISSED_TICK = 0.005;
/** How likely an instance is to be dead before there is any sign of it. */
const DEATH_PRIOR = 0.003;
/** The less service times vary, the sooner is one overdue; but no estimate of them is better than this. */
const LEAST_SPREAD_RATIO = 0.3;

/**
 * What a request is expected to meet at an instance, from what has been learned of it and what is on it:
 * transfer = base + perByte * bytes that do not lie there already;
 * wait = until a slot is free, 0 while one is; a full function has no queue;
 * service = (base + perByte * bytes) * slowdown by neighbours on the node;
 * cold start = the learned mean when every living worker is taken, less where platforms hand workers over, what is left of a start
 * when one is on its way, else 0.
 */
export function forecast(candidate: Candidate, input: PlacementInput): Forecast {
  const { instance, node } = candidate;
  const model = instance.model ?? unknownModel(instance, node);
  const { sizeBytes } = input.request;
  const slowdown = slowdownBy(node, instance, model);
  const transferMs = model.transferBaseMs + model.transferPerByteMs * sizeBytes * remoteShare(node, input);
  const serviceMs = (model.serviceBaseMs + model.servicePerByteMs * sizeBytes) * slowdown;
  const waitMs = instance.kind === "serverless" ? 0 : waitFor(instance, model, model.serviceMeanMs * slowdown, input.nowMs);
  const coldShare =
    instance.kind === "serverless" ? coldShareOf(instance, model, model.serviceMeanMs * slowdown, input.nowMs) : 0;
  const coldStartMs = coldShare * model.coldStartMs;
  const missed = missedTicks(node, input.nowMs);
  const doubtMs = (serviceMs + waitMs) * (DOUBT_PER_MISSED_TICK * missed) + serviceMs * model.serviceErrorRatio;
  return {
    transferMs,
    waitMs,
    serviceMs,
    coldStartMs,
    responseMs: transferMs + waitMs + serviceMs + coldStartMs,
    spreadMs: Math.sqrt(
      (serviceMs * model.serviceSpreadRatio) ** 2 +
        (waitMs * WAIT_SPREAD_RATIO) ** 2 +
        (coldShare * model.coldStartSpreadMs) ** 2 +
        // A request pays the start or does not.
        coldShare * (1 - coldShare) * model.coldStartMs ** 2 +
        doubtMs ** 2,
    ),
    doubtMs,
    failureRisk: Math.min(1, model.failureRisk + DEATH_PER_MISSED_TICK * missed + hangingRisk(instance, model, input.nowMs)),
  };
}

/** Requests that a function or a server holds, waiting ones too. */
export function occupancy({ kind, inFlight, queued }: InstanceView): number {
  // A function counts those that wait for a worker as in flight.
  return kind === "serverless" ? inFlight : inFlight + queued;
}

/** The share of the data that must travel: what lies on the node, or in its zone, need not. */
function remoteShare({ nodeId, zone }: NodeView, { request: { locality } }: PlacementInput): number {
  if (locality === undefined) return 1;
  const here = (locality[nodeId] ?? 0) + (zone !== "" && zone !== nodeId ? (locality[zone] ?? 0) : 0);
  return Math.max(0, 1 - here);
}

function waitFor(instance: InstanceView, model: InstanceModel, meanServiceMs: number, nowMs: number): number {
  const { concurrency, slotFreeAtMs } = instance;
  const ahead = occupancy(instance) - concurrency + 1;
  if (ahead <= 0) return 0;
  const perSlotMs = meanServiceMs / Math.max(1, concurrency);
  if (slotFreeAtMs === undefined || slotFreeAtMs === 0) return ahead * perSlotMs;
  const untilMs = slotFreeAtMs - nowMs;
  // The more service times vary, the less does the time that one has run tell of its end: at a ratio of 1 nothing at all.
  const forgetful = Math.min(1, Math.max(LEAST_WAIT_SHARE, model.serviceSpreadRatio ** 2));
  return Math.max(untilMs, -OVERDUE_SHARE * untilMs, forgetful * ahead * perSlotMs);
}

/** Part of a cold start that the request would pay: 1 for one of its own, less for one that has begun or when a worker is set free first. */
function coldShareOf(instance: InstanceView, model: InstanceModel, meanServiceMs: number, nowMs: number): number {
  const { inFlight, idleWorkers = 0, liveWorkers, startingWorkers = 0, workersReadyAtMs } = instance;
  const spare = liveWorkers === undefined ? idleWorkers : liveWorkers - inFlight;
  if (model.coldStartMs <= 0) return 0;
  if (spare > startingWorkers) return 0;
  const own = spare <= 0 ? 1 : startedShare(workersReadyAtMs, model, nowMs);
  const warm = (liveWorkers ?? inFlight) - startingWorkers;
  if (warm <= 0) return own;
  // Those that wait already go first; each worker is set free once a service time.
  const handedOver = Math.min(own, ((startingWorkers - spare + 1) * meanServiceMs) / warm / model.coldStartMs);
  return own - model.handoverShare * (own - handedOver);
}

/** What is left of the last start that is on its way, as a share of one. */
function startedShare(readyAtMs: number | undefined, { coldStartMs }: InstanceModel, nowMs: number): number {
  return readyAtMs === undefined ? 0.5 : Math.min(1, Math.max(0, readyAtMs - nowMs) / coldStartMs);
}

/**
 * Service is slower when neighbours and our own requests want more CPU than there is: by (neighbours + own demand) / capacity, against the
 * same at the time of learning, as that is in the learned service already.
 */
function slowdownBy(
  { neighbourCpuRatio, cpuCores }: NodeView,
  { inFlight, concurrency }: InstanceView,
  model: InstanceModel,
): number {
  if (neighbourCpuRatio === undefined || cpuCores === undefined || cpuCores <= 0) return 1;
  const own = Math.min(inFlight + 1, Math.max(1, concurrency)) / cpuCores;
  return Math.max(1, neighbourCpuRatio + own) / Math.max(1, model.neighbourCpuRatio + own);
}

function missedTicks({ heardAtMs, tickMs }: NodeView, nowMs: number): number {
  return tickMs === undefined || tickMs <= 0 ? 0 : Math.max(0, (nowMs - heardAtMs) / tickMs - 1.5);
}

/**
 * An instance that lives ends its requests: were their ends independent, it would have ended as many as the sum of the times for which each has
 * been awaited over the mean service time, and the chance of none at all would be e to minus that (a Poisson process). Bayes' rule makes
 * of it the probability that the instance is dead or hangs.
 */
function hangingRisk({ dueAtMs }: InstanceView, model: InstanceModel, nowMs: number): number {
  let awaitedMs = 0;
  for (const atMs of dueAtMs ?? []) awaitedMs += Math.max(0, nowMs - atMs);
  if (awaitedMs === 0) return 0;
  const spreadMs = model.serviceMeanMs * Math.max(LEAST_SPREAD_RATIO, model.serviceSpreadRatio);
  // A report is on its way for about a millisecond.
  const endsMissed = awaitedMs / Math.max(1, spreadMs);
  return DEATH_PRIOR / (DEATH_PRIOR + Math.exp(-endsMissed)) - DEATH_PRIOR / (DEATH_PRIOR + 1);
}

/** Stands in for a model: what telemetry tells, else the figures of something unknown, each in doubt by its own size. */
function unknownModel({ serviceTime, coldStart }: InstanceView, { networkBytesPerSecond }: NodeView): InstanceModel {
  const serviceMs = serviceTime.count > 0 ? serviceTime.sumMs / serviceTime.count : UNKNOWN_INSTANCE.serviceMs;
  const coldStartMs = coldStart.count > 0 ? coldStart.sumMs / coldStart.count : UNKNOWN_INSTANCE.coldStartMs;
  return {
    serviceBaseMs: serviceMs,
    servicePerByteMs: 0,
    serviceMeanMs: serviceMs,
    serviceSpreadRatio: 1,
    serviceErrorRatio: serviceTime.count > 0 ? 0.5 : 1,
    neighbourCpuRatio: 0,
    transferBaseMs: 0,
    transferPerByteMs: networkBytesPerSecond > 0 ? 1000 / networkBytesPerSecond : 0,
    coldStartMs,
    coldStartSpreadMs: coldStartMs * UNKNOWN_INSTANCE.coldStartSpreadRatio,
    handoverShare: 0,
    recentAnswers: 0,
    recentColdStarts: 0,
    warmthMs: 0,
    failureRisk: UNKNOWN_INSTANCE.failureRisk,
    failedAfterMs: UNKNOWN_INSTANCE.failedAfterMs,
    peakResponseMs: 0,
    samples: 0,
  };
}
