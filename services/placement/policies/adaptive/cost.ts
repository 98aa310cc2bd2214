import { type Candidate, type Forecast, forecast, occupancy, type PlacementInput, type Score } from "../../scheduler/index.js";
import { wantedWorkers } from "./wanted-workers.js";

/** Stands in for the cost of failing where a request names no deadline: the default timeout of an application. */
const DEFAULT_DEADLINE_MS = 30_000;
/** A candidate that misses the deadline with more than this probability is taken only when all do. */
const SAFE_MISS_RISK = 0.05;
/**
 * A request that waits in an instance also delays those that come after it, and cannot leave for a slot that gets free elsewhere: its wait
 * counts this many times more, and the more service times vary, the more often that happens.
 */
const WAIT_WEIGHT = 2;
const WAIT_WEIGHT_PER_VARIANCE = 30;
/** Larger than any time, so that every safe candidate stands before every unsafe one. */
const UNSAFE_MS = 1e12;
/** Costs that differ by less are equal: predictions are not better than that, and replicas with equal telemetry must not herd. */
const NEAR_RATIO = 0.03;
const NEAR_MS = 0.2;
/** Doubt counts as this much extra time: of two with equal means the better known one. */
const DOUBT_WEIGHT = 0.25;

/**
 * What a warm worker is worth (see learning/overflow.ts) counts this many times: it is a mean over all requests, and those of the next burst
 * that would miss the deadline lose more than time.
 */
const WARMTH_WEIGHT = 3;
/** A worker is used again once it has been idle for this share of the time for which it is kept. */
const REUSE_IDLE_SHARE = 0.25;

/** What a candidate would cost a request, in milliseconds; lower is better. */
export interface Cost {
  readonly forecast: Forecast;
  /** What the wait costs beyond its length, the doubt, the risk of failing, and the price. */
  readonly queueingMs: number;
  readonly doubtMs: number;
  readonly failingMs: number;
  readonly priceMs: number;
  /** What keeping the worker warm is worth. */
  readonly warmthMs: number;
  /** Probability 0..1 that the answer comes after the deadline. */
  readonly missRisk: number;
  /** Probability 0..1 that the request fails for either reason. */
  readonly risk: number;
  /** In the operator's currency. */
  readonly price: number;
  readonly totalMs: number;
}

/**
 * total = expected response + wait * its weight + doubt * 0.25 + risks * what failing costs + price * weight - warmth.
 * Where the deadline is in danger the risk comes first: see SAFE_MISS_RISK.
 */
export function costOf(candidate: Candidate, input: PlacementInput, wantedWorkers: number): Cost {
  const { deadlineMs, parameters } = input;
  const expected = forecast(candidate, input);
  const missRisk = missRiskOf(expected, deadlineMs);
  const risk = Math.min(1, expected.failureRisk + missRisk);
  const price = priceOf(candidate, expected.serviceMs);
  const spreadRatio = candidate.instance.model?.serviceSpreadRatio ?? 1;
  const queueingMs = (WAIT_WEIGHT + WAIT_WEIGHT_PER_VARIANCE * spreadRatio ** 2) * expected.waitMs;
  const doubtMs = DOUBT_WEIGHT * expected.doubtMs;
  const failingMs = failingCost(candidate, expected, missRisk, input);
  const priceMs = price * (parameters["priceWeight"] ?? 0);
  const dangerMs = missRisk > SAFE_MISS_RISK ? UNSAFE_MS * (1 + risk) : 0;
  const warmthMs = isWorthKeeping(candidate, expected, wantedWorkers, input)
    ? WARMTH_WEIGHT * (candidate.instance.model?.warmthMs ?? 0)
    : 0;
  const totalMs = expected.responseMs + queueingMs + doubtMs + failingMs + priceMs - warmthMs + dangerMs;
  return { forecast: expected, queueingMs, doubtMs, failingMs, priceMs, warmthMs, missRisk, risk, price, totalMs };
}

/** Probability 0..1 that the answer comes after a deadline; without one it cannot. */
export function missRiskOf({ responseMs, spreadMs }: Forecast, deadlineMs: number | undefined): number {
  return deadlineMs === undefined ? 0 : upperTail(deadlineMs - responseMs, spreadMs);
}

/** A request that misses its deadline has lost all its time, and so has one that fails and is not sent elsewhere. */
function failingCost({ instance }: Candidate, expected: Forecast, missRisk: number, input: PlacementInput): number {
  const { deadlineMs = DEFAULT_DEADLINE_MS, isRepeatable = false } = input;
  const againMs = (instance.model?.failedAfterMs ?? deadlineMs) + expected.responseMs;
  const lostMs = isRepeatable ? Math.min(deadlineMs, againMs) : deadlineMs;
  return missRisk * deadlineMs + expected.failureRisk * lostMs;
}

/** The most that a candidate may cost to count as equal to the best; where all are in danger the least risk alone counts. */
export function nearMs(bestMs: number): number {
  return bestMs >= UNSAFE_MS ? bestMs : bestMs + Math.abs(bestMs) * NEAR_RATIO + NEAR_MS;
}

/** Price of one request; what is paid by the hour is paid already. */
export function priceOf({ instance: { price } }: Candidate, serviceMs: number): number {
  return price === undefined ? 0 : price.perRequest + (price.perSecond * serviceMs) / 1000;
}

/**
 * An idle worker, while more are wanted than are used, if the last of those wanted has been idle for a good part of the time for which it is
 * kept: the more requests are there at once, the more workers are used.
 */
function isWorthKeeping(
  { instance }: Candidate,
  { coldStartMs }: Forecast,
  wantedWorkers: number,
  { nowMs }: PlacementInput,
): boolean {
  const { kind, inFlight, liveWorkers = 0, keepAliveMs = 0, idleSinceMs = [] } = instance;
  if (kind !== "serverless" || coldStartMs > 0 || wantedWorkers <= 0) return false;
  const last = Math.min(Math.ceil(wantedWorkers), liveWorkers - inFlight);
  return nowMs - (idleSinceMs[last - 1] ?? 0) > REUSE_IDLE_SHARE * keepAliveMs;
}

/** True when the deadline is in little danger. */
export function isSafe({ missRisk }: Cost): boolean {
  return missRisk <= SAFE_MISS_RISK;
}

/** True when the request would wait inside the instance. */
export function isFull({ instance }: Candidate): boolean {
  return occupancy(instance) >= instance.concurrency;
}

/** The score of a trace: the total and its parts, milliseconds but for the two risks and the price. */
export function scoreOf(candidate: Candidate, input: PlacementInput, able: readonly Candidate[]): Score {
  const {
    forecast: expected,
    queueingMs,
    doubtMs,
    failingMs,
    priceMs,
    warmthMs,
    missRisk,
    price,
    totalMs,
  } = costOf(candidate, input, wantedWorkers(able, input));
  return {
    total: totalMs,
    components: {
      transfer_ms: expected.transferMs,
      wait_ms: expected.waitMs,
      service_ms: expected.serviceMs,
      cold_start_ms: expected.coldStartMs,
      queueing_ms: queueingMs,
      doubt_ms: doubtMs,
      failing_ms: failingMs,
      price_ms: priceMs,
      warmth_ms: -warmthMs,
      failure_risk: expected.failureRisk,
      miss_risk: missRisk,
      price,
    },
  };
}

/**
 * Probability that a response time exceeds its mean by `slackMs`: a logistic tail of the same standard deviation. It is heavier than the
 * normal one, as tails of response times are, and cheaper.
 */
function upperTail(slackMs: number, spreadMs: number): number {
  if (spreadMs <= 0) return slackMs < 0 ? 1 : 0;
  const x = (slackMs / spreadMs) * (Math.PI / Math.sqrt(3));
  return x > 40 ? 0 : 1 / (1 + Math.exp(x));
}
