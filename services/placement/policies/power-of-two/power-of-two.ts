import type { Candidate, PlacementPolicy, Score } from "../../scheduler/index.js";
import { betterOfTwo } from "../two-choices.js";

/** A baseline: of two instances drawn by the seed, the one with fewer requests per slot. Score = (in flight + queued) / slots. */
export const powerOfTwo = {
  name: "power-of-two",
  score,
  choose: (context) => betterOfTwo("power-of-two", context, load),
} satisfies PlacementPolicy;

function load({ instance: { inFlight, queued, concurrency } }: Candidate): number {
  return (inFlight + queued) / Math.max(1, concurrency);
}

function score(candidate: Candidate): Score {
  const { inFlight, queued } = candidate.instance;
  return { total: load(candidate), components: { in_flight: inFlight, queued } };
}
