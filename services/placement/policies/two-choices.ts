import {
  type Candidate,
  type Choice,
  type ChoiceContext,
  compareCandidates,
  drawCandidate,
  kindName,
} from "../scheduler/index.js";

/** The second draw must not depend on the first. */
const SECOND_DRAW = 0x5bd1e995;

/**
 * The better of two candidates drawn by the seed. One draw in n would be as good as `random`; two are nearly as good as asking all, and do
 * not herd: M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001.
 */
export function betterOfTwo(name: string, context: ChoiceContext, costOf: (candidate: Candidate) => number): Choice {
  const pool = context.pool ?? context.candidates;
  const one = drawCandidate(pool, context.input.seed);
  if (one === undefined) throw new Error(`${name}: asked to choose among no candidates`);
  const others = pool.filter((candidate) => candidate !== one);
  const two = drawCandidate(others, context.input.seed ^ SECOND_DRAW) ?? one;
  const difference = costOf(one) - costOf(two);
  const best = difference < 0 || (difference === 0 && compareCandidates(one, two) <= 0) ? one : two;
  const other = best === one ? two : one;
  const reason = `${name}: ${kindName(best.instance.kind)}, ${figure(costOf(best))} against ${figure(costOf(other))}`;
  return {
    preferred: best === other ? [best] : [best, other],
    reason,
    steps: [`${reason}; both drawn from ${pool.length} by seed ${context.input.seed}.`],
  };
}

function figure(cost: number): string {
  return String(Number(cost.toFixed(3)));
}
