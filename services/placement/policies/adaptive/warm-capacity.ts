import type { Candidate, PlacementInput } from "../../scheduler/index.js";
import { type Cost, isFull, isSafe } from "./cost.js";
import { meanServiceMs, servedPerSecond } from "./rates.js";

/** A candidate and what it would cost. */
export interface Option {
  readonly candidate: Candidate;
  readonly cost: Cost;
}

/** A wait of this share of a cold start is chance, not want of capacity: a worker started for it would stand idle. */
const PATIENCE_SHARE = 0.01;
/** A request that would not live to see its start waits longer before it is spent on it. */
const SACRIFICE_PATIENCE_SHARE = 0.02;
/** Share of an application's requests that may pay a start beyond what its arrivals need: what its p99 can bear. */
const COLD_SHARE = 0.01;
/** Of requests that are likely to miss their deadline by it. */
const SACRIFICED_SHARE = 0.001;
/** While VMs and containers serve less than this share of what they can, nothing waits for long. */
const EASY_SHARE = 0.5;
/** Fewer that wait tell nothing of a rate. */
const QUEUE_TO_MEASURE = 2;
/** A way so much shorter than a service keeps nothing idle worth speaking of. */
const HARDLY_ANY = 0.1;
/** Where fewer answers are remembered, the share is of this many seconds of arrivals. */
const LEAST_REMEMBERED_S = 100;

/** True when a slot is free that serves at once. */
export function hasWarmSlot(options: readonly Option[]): boolean {
  return options.some(({ candidate, cost }) => !isFull(candidate) && cost.forecast.coldStartMs === 0);
}

/**
 * The options of a request that finds no warm slot free and may wait in placement's own queue, from which it goes to whichever slot is
 * free first, as no instance's own queue can promise. Empty: it waits.
 */
export function optionsWithoutWarmSlot(options: readonly Option[], input: PlacementInput): readonly Option[] {
  const free = options.filter(({ candidate }) => !isFull(candidate));
  if (free.length > 0 && shouldStart(free, options, input)) return free;
  return options.filter((option) => keepsBusy(option, input));
}

/**
 * Whether the request starts a worker, which it or another that waits will pay for. There are to be as many workers, those on their way counted, as the
 * arrivals beyond what VMs and containers serve need. More are started only while starts are rare, or when waiting has become as long as
 * a start: with one for each request that waits, bursts that are over before the first is ready would make cold starts the rule. A start that
 * the request would not live to see helps only those after it, so few may be sacrificed to it.
 */
function shouldStart(free: readonly Option[], options: readonly Option[], input: PlacementInput): boolean {
  const coldMs = Math.min(...free.map(({ cost }) => cost.forecast.coldStartMs));
  const { perSecond, workers, startingWorkers, functionMs, nextFreeMs, answers, coldStarts } = capacityOf(options);
  const waitMs = (input.waitedMs ?? 0) + nextFreeMs;
  if (waitMs <= PATIENCE_SHARE * coldMs) return false;
  const needed = (Math.max(0, arrivalsOf(input) - EASY_SHARE * perSecond) * functionMs) / 1000;
  const remembered = Math.max(answers, input.frequency.perSecond * LEAST_REMEMBERED_S);
  if (!free.some(({ cost }) => isSafe(cost))) {
    return workers < needed && waitMs > SACRIFICE_PATIENCE_SHARE * coldMs && coldStarts < SACRIFICED_SHARE * remembered;
  }
  return workers < needed || startingWorkers < COLD_SHARE * remembered - coldStarts || waitMs > coldMs;
}

/** Requests per second: the most of late, or as many as have come since the first of those that wait did. */
function arrivalsOf({ frequency, waitedMs = 0, waitingCount = 0 }: PlacementInput): number {
  const sinceMs = Math.max(1, waitedMs);
  const now = waitingCount < QUEUE_TO_MEASURE ? 0 : (waitingCount * 1000) / sinceMs;
  return Math.max(frequency.peakPerSecond ?? frequency.perSecond, now);
}

interface WarmCapacity {
  /** Requests that VMs and containers serve, per second. */
  readonly perSecond: number;
  /** Of functions, those on their way among them. */
  readonly workers: number;
  readonly startingWorkers: number;
  readonly functionMs: number;
  /** Until the next of them is free. */
  readonly nextFreeMs: number;
  readonly answers: number;
  readonly coldStarts: number;
}

function capacityOf(options: readonly Option[]): WarmCapacity {
  const sum = { perSecond: 0, workers: 0, startingWorkers: 0, functionMs: 0 };
  let nextFreeMs = Number.POSITIVE_INFINITY;
  let [answers, coldStarts] = [0, 0];
  for (const { candidate, cost } of options) {
    const { kind, concurrency, model, liveWorkers = 0, startingWorkers = 0 } = candidate.instance;
    const meanMs = meanServiceMs(candidate.instance);
    answers = Math.max(answers, model?.recentAnswers ?? 0);
    coldStarts = Math.max(coldStarts, model?.recentColdStarts ?? 0);
    if (kind === "serverless") {
      sum.workers += liveWorkers;
      sum.startingWorkers += startingWorkers;
      sum.functionMs = Math.max(sum.functionMs, meanMs);
      if (liveWorkers > startingWorkers) nextFreeMs = Math.min(nextFreeMs, meanMs / (liveWorkers - startingWorkers));
    } else {
      sum.perSecond += servedPerSecond(candidate.instance);
      if (concurrency > 0) nextFreeMs = Math.min(nextFreeMs, cost.forecast.waitMs);
    }
  }
  return { ...sum, nextFreeMs, answers, coldStarts };
}

/**
 * A full instance takes as many more as keep it busy while the next request travels: rounded, and rounded up for a request that has waited for longer
 * than it would there.
 */
function keepsBusy({ candidate, cost }: Option, { waitedMs = 0 }: PlacementInput): boolean {
  if (!isFull(candidate) || candidate.instance.kind === "serverless") return false;
  const { transferMs, serviceMs, waitMs } = cost.forecast;
  const { concurrency, inFlight, queued } = candidate.instance;
  const onTheWay = (concurrency * transferMs) / Math.max(1, transferMs + serviceMs);
  return inFlight + queued < concurrency + (waitedMs > waitMs ? Math.ceil(onTheWay - HARDLY_ANY) : Math.round(onTheWay));
}
