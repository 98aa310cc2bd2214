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
import { hasWarmSlot, type Option, optionsWithoutWarmSlot } from "./warm-capacity.js";
import { reasonFor, stepsFor } from "./words.js";

/** Requests let wait in an instance beyond its slots. Servers here queue 32; half is left to other replicas of placement. */
const QUEUE_DEPTH = 16;
/** Costs that differ by less are equal: predictions are not better than that, and replicas with equal telemetry must not herd. */
const NEAR_RATIO = 0.03;
const NEAR_MS = 0.2;
/** Share of requests that may be used to learn of an instance that is little known, and of a form that nothing is known of. */
const EXPLORE_SHARE = 0.005;
const EXPLORE_UNKNOWN_SHARE = 0.1;
const EXPLORE_SALT = 0x6578706c;
/** Little known: the prediction of its service is this uncertain; unknown: by all of its size. */
const EXPLORE_DOUBT_RATIO = 0.25;
const EXPLORE_UNKNOWN_RATIO = 0.9;
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
  const all = (context.pool ?? context.candidates).map((candidate) => ({ candidate, cost: costOf(candidate, input) }));
  const options = input.mayWait !== true || hasWarmSlot(all) ? all : optionsWithoutWarmSlot(all, input);
  let bestMs = Number.POSITIVE_INFINITY;
  for (const { cost } of options) if (cost.totalMs < bestMs) bestMs = cost.totalMs;
  const near = options.filter(({ cost }) => cost.totalMs <= bestMs * (1 + NEAR_RATIO) + NEAR_MS);
  const explored = drawOption(worthExploring(options, bestMs, input), input.seed);
  const taken = explored ?? drawOption(near, input.seed);
  if (taken === undefined) return undefined;
  return {
    preferred: [taken.candidate],
    rest: () => byTotal(all).filter((candidate) => candidate !== taken.candidate),
    reason: reasonFor(taken.candidate, taken.cost),
    get steps() {
      return stepsFor({ taken, options: all, nearCount: near.length, explored: explored !== undefined, input });
    },
  };
}

function drawOption(options: readonly Option[], seed: number): Option | undefined {
  if (options.length <= 1) return options[0];
  const drawn = drawCandidate(
    options.map(({ candidate }) => candidate),
    seed,
  );
  return options.find(({ candidate }) => candidate === drawn);
}

/** Instances of which there is more to learn than they cost: never one that must start, is full or may fail. */
function worthExploring(options: readonly Option[], bestMs: number, input: PlacementInput): readonly Option[] {
  const drawn = draw(input.seed, EXPLORE_SALT);
  if (drawn >= EXPLORE_UNKNOWN_SHARE) return [];
  const leastRatio = drawn < EXPLORE_SHARE ? EXPLORE_DOUBT_RATIO : EXPLORE_UNKNOWN_RATIO;
  const mostMs = Math.min(bestMs * 2, bestMs + EXPLORE_SLACK_SHARE * (input.deadlineMs ?? 0));
  return options.filter(({ candidate, cost: { totalMs, risk, forecast: expected } }) => {
    const isLittleKnown = expected.doubtMs > leastRatio * expected.serviceMs;
    return isLittleKnown && totalMs <= mostMs && expected.coldStartMs === 0 && risk <= EXPLORE_MOST_RISK && !isFull(candidate);
  });
}

function byTotal(options: readonly Option[]): Candidate[] {
  return [...options]
    .sort((a, b) => a.cost.totalMs - b.cost.totalMs || compareCandidates(a.candidate, b.candidate))
    .map(({ candidate }) => candidate);
}
