import {
  type Candidate,
  type Choice,
  type ChoiceContext,
  compareCandidates,
  compareIds,
  draw,
  drawOf,
  forecast,
  type PlacementInput,
  type PlacementPolicy,
  REFUSAL,
  type Refusal,
} from "../../scheduler/index.js";
import { costOf, isFull, missRiskOf, nearMs, priceOf, scoreOf } from "./cost.js";
import { sampleOf } from "./sample.js";
import { wantedWorkers } from "./wanted-workers.js";
import { hasWarmSlot, type Option, optionsWithoutWarmSlot } from "./warm-capacity.js";
import { reasonFor, stepsFor } from "./words.js";

/** Requests let wait in an instance beyond its slots. Servers here queue 32; half is left to other replicas of placement. */
const QUEUE_DEPTH = 16;
/** A request is given up when waiting has raised its risk of missing the deadline by more than this, while this many wait, itself included. */
const LATE_RISK = 0.05;
const QUEUE_TO_LEAVE = 2;
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

function choose(context: ChoiceContext): Choice | Refusal {
  const { input } = context;
  const pool = context.pool ?? context.candidates;
  const wanted = wantedWorkers(pool, input);
  const sampled = optionsOf(sampleOf(pool, input), input, wanted);
  // A sample may hold no warm slot where the whole has one.
  const all = sampled.length === pool.length || hasWarmSlot(sampled) ? sampled : optionsOf(pool, input, wanted);
  const options = input.mayWait !== true || hasWarmSlot(all) ? all : optionsFor(all, context, input);
  const bestMs = lowestTotal(options);
  const near = drawOption(options, nearMs(bestMs), input.seed);
  const explored = drawOption(worthExploring(options, bestMs, input), Number.POSITIVE_INFINITY, input.seed);
  const taken = explored.option ?? near.option;
  if (taken === undefined) return REFUSAL.noFreeSlot;
  if (isGivenUp(taken, options, input)) return REFUSAL.deadlineTooNear;
  return {
    preferred: [taken.candidate],
    rest: () => byTotal(all).filter((candidate) => candidate !== taken.candidate),
    rule: taken === explored.option ? "explore" : "lowest-cost",
    reason: () => reasonFor(taken.candidate, taken.cost),
    steps: () => stepsFor({ taken, options: all, nearCount: near.count, explored: taken === explored.option, input }),
  };
}

/**
 * Under overload whoever has waited longest has the least time left, and slots given to those that run out of time serve nobody: with first come
 * first served nearly all fail once the queue is as long as the deadline. So a request whose wait has made it likelier to be late goes, if more
 * wait from it on than there are free slots. One that starts a worker does so for the others.
 */
function isGivenUp({ cost }: Option, options: readonly Option[], input: PlacementInput): boolean {
  const { deadlineMs, waitedMs = 0, waitingCount = 0 } = input;
  if (deadlineMs === undefined || waitingCount < QUEUE_TO_LEAVE || cost.forecast.coldStartMs > 0) return false;
  if (cost.missRisk - missRiskOf(cost.forecast, deadlineMs + waitedMs) <= LATE_RISK) return false;
  return waitingCount > options.filter((option) => hasWarmSlot([option])).length;
}

/**
 * While no trusted slot serves at once, one in doubt that is free may be better than a start or a wait: an instance becomes suspect by one
 * failure, and a burst that makes requests fail must not take the capacity away that would end it.
 */
function optionsFor(all: readonly Option[], { doubtful = [] }: ChoiceContext, input: PlacementInput): readonly Option[] {
  const suspect = optionsOf(sampleOf(doubtful, input), input, 0).filter((option) => hasWarmSlot([option]));
  return suspect.length > 0 ? suspect : optionsWithoutWarmSlot(all, input);
}

function optionsOf(candidates: readonly Candidate[], input: PlacementInput, wanted: number): Option[] {
  return candidates.map((candidate) => ({ candidate, cost: costOf(candidate, input, wanted) }));
}

function lowestTotal(options: readonly Option[]): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const { cost } of options) if (cost.totalMs < lowest) lowest = cost.totalMs;
  return lowest;
}

/** One of those that cost at most `mostMs`, drawn by the seed whatever their order, and how many there are. */
function drawOption(
  options: readonly Option[],
  mostMs: number,
  seed: number,
): { readonly option: Option | undefined; readonly count: number } {
  let option: Option | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  let count = 0;
  for (const each of options) {
    if (each.cost.totalMs > mostMs) continue;
    count += 1;
    const drawn = drawOf(each.candidate, seed);
    if (drawn > lowest || (drawn === lowest && option !== undefined && compareIds(option.candidate, each.candidate) < 0))
      continue;
    option = each;
    lowest = drawn;
  }
  return { option, count };
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
