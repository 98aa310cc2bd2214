import type { Candidate } from "./types.js";

/**
 * The common order of candidates: trusted before suspect; among suspect ones the youngest telemetry first, as the least risk; then the
 * least load (requests per slot); then node id and instance id by code unit, so that equal fleets give equal decisions. Telemetry that is on
 * time is of one age: else a difference within one tick would heap requests on one of several instances that have just failed.
 */
export function compareCandidates(a: Candidate, b: Candidate): number {
  const suspect = isSuspect(a);
  if (suspect !== isSuspect(b)) return suspect ? 1 : -1;
  return (
    (suspect ? heardAtMs(b) - heardAtMs(a) : 0) ||
    load(a) - load(b) ||
    compareText(a.node.nodeId, b.node.nodeId) ||
    compareText(a.instance.instanceId, b.instance.instanceId)
  );
}

/** Old telemetry, or a request that has just failed there: used only when nothing better is free. */
export function isSuspect({ node, instance }: Candidate): boolean {
  return node.health === "suspect" || instance.suspect;
}

/** Telemetry on time is of one age. */
function heardAtMs({ node }: Candidate): number {
  return node.health === "fresh" ? Number.MAX_SAFE_INTEGER : node.heardAtMs;
}

function load({ instance }: Candidate): number {
  return instance.concurrency > 0 ? instance.inFlight / instance.concurrency : Number.MAX_VALUE;
}

/** Order by code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
