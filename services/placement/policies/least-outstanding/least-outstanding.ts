import type { Candidate, PlacementPolicy, Score } from "../../scheduler/index.js";

/** A baseline: the instance with the fewest requests on it, of whatever kind. Score = in flight + queued, 0 and up. */
export const leastOutstanding = { name: "least-outstanding", score } satisfies PlacementPolicy;

function score({ instance: { inFlight, queued } }: Candidate): Score {
  return { total: inFlight + queued, components: { in_flight: inFlight, queued } };
}
