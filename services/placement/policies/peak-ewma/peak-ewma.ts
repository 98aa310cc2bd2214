import type { Candidate, PlacementPolicy, Score } from "../../scheduler/index.js";
import { betterOfTwo } from "../two-choices.js";

/** Cost of an instance that holds requests and has not answered any yet: so much that only an idle unknown one is tried. */
const UNKNOWN_MS = 1e6;

/**
 * A baseline, after Finagle's and Linkerd's balancer (twitter.github.io/finagle/guide/Clients.html): of two instances drawn by the seed, the one
 * with the lower peak-sensitive mean of response times, times the requests that it would then hold. Score in milliseconds.
 */
export const peakEwma = {
  name: "peak-ewma",
  score: (candidate) => ({ total: cost(candidate), components: componentsOf(candidate) }),
  choose: (context) => betterOfTwo("peak-ewma", context, cost),
} satisfies PlacementPolicy;

function cost({ instance: { inFlight, model } }: Candidate): number {
  const peakMs = model?.peakResponseMs ?? 0;
  if (peakMs === 0) return inFlight === 0 ? 0 : UNKNOWN_MS + inFlight;
  return peakMs * (inFlight + 1);
}

function componentsOf({ instance: { inFlight, model } }: Candidate): Score["components"] {
  return { peak_ms: model?.peakResponseMs ?? 0, in_flight: inFlight };
}
