import type { Candidate, PlacementInput } from "../../scheduler/index.js";
import { type Cost, isFull, isSafe } from "./cost.js";

/** A candidate and what it would cost. */
export interface Option {
  readonly candidate: Candidate;
  readonly cost: Cost;
}

/** A wait of this share of a cold start is chance, not want of capacity: a worker started for it would stand idle. */
const PATIENCE_SHARE = 0.02;
/** Share of an application's requests that may pay a start beyond what its arrivals need: what its p99 can bear. */
const COLD_SHARE = 0.01;
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
  return options.filter(keepsBusy);
}

/**
 * Whether the request starts a worker. It pays the start itself, or another that waits does; so there are to be as many starts as the
 * arrivals beyond warm capacity need, those on their way counted. More are made only while they are rare: with a start for each request that
 * waits, bursts that are over before the first of them is ready would make cold starts the rule. Beyond that a start is paid when
 * waiting has become as long. A start that would miss the deadline helps nobody.
 */
function shouldStart(free: readonly Option[], options: readonly Option[], input: PlacementInput): boolean {
  if (!free.some(({ cost }) => isSafe(cost))) return false;
  const coldMs = Math.min(...free.map(({ cost }) => cost.forecast.coldStartMs));
  const { perSecond, startingWorkers, functionMs, nextFreeMs, answers, coldStarts } = capacityOf(options);
  const waitMs = (input.waitedMs ?? 0) + nextFreeMs;
  if (waitMs <= PATIENCE_SHARE * coldMs) return false;
  const arrivals = input.frequency.perSecond;
  const needed = (Math.max(0, arrivals - perSecond) * functionMs) / 1000;
  const spare = Math.max(0, COLD_SHARE * Math.max(answers, arrivals * LEAST_REMEMBERED_S) - coldStarts);
  return startingWorkers < needed + spare || waitMs > coldMs;
}

interface WarmCapacity {
  /** Requests that warm slots and workers serve, per second. */
  readonly perSecond: number;
  readonly startingWorkers: number;
  readonly functionMs: number;
  /** Until the next of them is free. */
  readonly nextFreeMs: number;
  readonly answers: number;
  readonly coldStarts: number;
}

function capacityOf(options: readonly Option[]): WarmCapacity {
  let [perSecond, startingWorkers, functionMs, nextFreeMs] = [0, 0, 0, Number.POSITIVE_INFINITY];
  let [answers, coldStarts] = [0, 0];
  for (const { candidate, cost } of options) {
    const { kind, concurrency, model, liveWorkers = 0, startingWorkers: starting = 0 } = candidate.instance;
    const meanMs = Math.max(0.1, model?.serviceMeanMs ?? cost.forecast.serviceMs);
    const isFunction = kind === "serverless";
    const slots = isFunction ? Math.max(0, liveWorkers - starting) : concurrency;
    answers = Math.max(answers, model?.recentAnswers ?? 0);
    coldStarts = Math.max(coldStarts, model?.recentColdStarts ?? 0);
    perSecond += (slots * 1000) / meanMs;
    if (isFunction) functionMs = Math.max(functionMs, meanMs);
    if (isFunction) startingWorkers += starting;
    if (slots > 0) nextFreeMs = Math.min(nextFreeMs, isFunction ? meanMs / slots : cost.forecast.waitMs);
  }
  return { perSecond, startingWorkers, functionMs, nextFreeMs, answers, coldStarts };
}

/** A full instance takes as many more as keep it busy while the next request travels. */
function keepsBusy({ candidate, cost }: Option): boolean {
  if (!isFull(candidate) || candidate.instance.kind === "serverless") return false;
  const { transferMs, serviceMs } = cost.forecast;
  const { concurrency, inFlight, queued } = candidate.instance;
  const onTheWay = Math.floor((concurrency * transferMs) / Math.max(1, transferMs + serviceMs) + 0.5);
  return inFlight + queued < concurrency + onTheWay;
}
