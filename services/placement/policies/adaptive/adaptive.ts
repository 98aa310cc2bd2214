import {
  type Candidate,
  type Choice,
  type ChoiceContext,
  compareCandidates,
  draw,
  drawCandidate,
  forecast,
  type PlacementInput,
  type PlacementPolicy,
  REFUSAL,
  type Refusal,
} from "../../scheduler/index.js";
import { costOf, isFull, priceOf, scoreOf } from "./cost.js";
import { reasonFor, stepsFor } from "./words.js";

/** Requests let wait in an instance beyond its slots. Servers here queue 32; half is left to other replicas of placement. */
const QUEUE_DEPTH = 16;
/** Costs that differ by less are equal: predictions are not better than that, and replicas with equal telemetry must not herd. */
const NEAR_RATIO = 0.03;
const NEAR_MS = 0.2;
/** Share of requests that may be used to learn of an instance that is little known. */
const EXPLORE_SHARE = 0.005;
const EXPLORE_SALT = 0x6578706c;
/** Little known: the prediction of its service is this uncertain. */
const EXPLORE_ERROR_RATIO = 0.25;
/** Exploring costs at most this share of the time left, and at most twice the best cost. */
const EXPLORE_SLACK_SHARE = 0.25;
const EXPLORE_MOST_RISK = 0.02;

/**
 * The instance with the lowest expected cost, by what has been learned: see cost.ts and docs/adaptive.md. Parameters: priceWeight,
 * milliseconds that a unit of currency is worth, default 0; priceCap, highest price of a request, 0: none.
 */
export const adaptive = {
  name: "adaptive",
  parameters: ["priceWeight", "priceCap"],
  queueDepth: QUEUE_DEPTH,
  refuse: refuseByPrice,
  score: scoreOf,
  choose,
} satisfies PlacementPolicy;

function refuseByPrice(candidate: Candidate, input: PlacementInput): Refusal | undefined {
  const cap = input.parameters["priceCap"] ?? 0;
  if (cap <= 0 || candidate.instance.price === undefined) return undefined;
  return priceOf(candidate, forecast(candidate, input).serviceMs) > cap ? REFUSAL.overPriceCap : undefined;
}

function choose(context: ChoiceContext): Choice | undefined {
  const { input } = context;
  const pool = worthConsidering(context.pool ?? context.candidates, input);
  const totals = pool.map((candidate) => costOf(candidate, input).totalMs);
  const bestMs = lowest(totals);
  const near = pool.filter((_, at) => (totals[at] ?? 0) <= bestMs * (1 + NEAR_RATIO) + NEAR_MS);
  const explored = exploration(pool, totals, bestMs, input);
  const taken = explored ?? drawCandidate(near, input.seed);
  if (taken === undefined) return undefined;
  const cost = costOf(taken, input);
  return {
    preferred: [taken],
    rest: () => byTotal(pool, totals).filter((candidate) => candidate !== taken),
    reason: reasonFor(taken, cost),
    get steps() {
      return stepsFor({ taken, cost, pool, nearCount: near.length, explored: explored !== undefined, input });
    },
  };
}

/**
 * While nothing has a free slot, a request that may wait stays here and goes to whichever slot is free first, which no instance's own queue
 * can promise. Only as many go ahead as it takes to keep an instance busy while the next request travels.
 */
function worthConsidering(pool: readonly Candidate[], input: PlacementInput): readonly Candidate[] {
  if (input.mayWait !== true || pool.some((candidate) => !isFull(candidate))) return pool;
  return pool.filter((candidate) => {
    const { transferMs, serviceMs } = forecast(candidate, input);
    const { concurrency, inFlight, queued } = candidate.instance;
    const onTheWay = Math.floor((concurrency * transferMs) / Math.max(1, transferMs + serviceMs) + 0.5);
    return inFlight + queued < concurrency + onTheWay;
  });
}

function exploration(
  pool: readonly Candidate[],
  totals: readonly number[],
  bestMs: number,
  input: PlacementInput,
): Candidate | undefined {
  if (draw(input.seed, EXPLORE_SALT) >= EXPLORE_SHARE) return undefined;
  const mostMs = Math.min(bestMs * 2, bestMs + EXPLORE_SLACK_SHARE * (input.deadlineMs ?? 0));
  const little = pool.filter((candidate, at) => (totals[at] ?? 0) <= mostMs && isLittleKnown(candidate, input));
  return drawCandidate(little, input.seed);
}

function isLittleKnown(candidate: Candidate, input: PlacementInput): boolean {
  if (isFull(candidate)) return false;
  const { doubtMs, serviceMs, coldStartMs } = forecast(candidate, input);
  return doubtMs > EXPLORE_ERROR_RATIO * serviceMs && coldStartMs === 0 && costOf(candidate, input).risk <= EXPLORE_MOST_RISK;
}

function lowest(totals: readonly number[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (const total of totals) if (total < best) best = total;
  return best;
}

function byTotal(pool: readonly Candidate[], totals: readonly number[]): Candidate[] {
  return pool
    .map((candidate, at) => ({ candidate, total: totals[at] ?? 0 }))
    .sort((a, b) => a.total - b.total || compareCandidates(a.candidate, b.candidate))
    .map(({ candidate }) => candidate);
}
