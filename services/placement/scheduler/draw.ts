import { compareText } from "./order.js";
import type { Candidate } from "./types.js";

/** 32-bit FNV-1a of a node's and an instance's id: www.ietf.org/archive/id/draft-eastlake-fnv-21.html */
export function hashInstance(nodeId: string, instanceId: string): number {
  let hash = 0x811c9dc5;
  const text = `${nodeId}/${instanceId}`;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A draw in 0..1 from a seed and a salt: the finaliser of MurmurHash3, whose every output bit depends on every input bit. */
export function draw(seed: number, salt: number): number {
  let x = (seed ^ Math.imul(salt, 0x9e3779b1)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * The candidate with the lowest draw: each is as likely as any other, the result does not depend on their order, and one that leaves
 * moves no draw of the rest. Undefined for an empty list.
 */
export function drawCandidate(candidates: readonly Candidate[], seed: number): Candidate | undefined {
  let best: Candidate | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const drawn = drawOf(candidate, seed);
    if (drawn > lowest || (drawn === lowest && best !== undefined && compareIds(best, candidate) < 0)) continue;
    best = candidate;
    lowest = drawn;
  }
  return best;
}

/** A candidate's draw in 0..1 under a seed. */
export function drawOf({ instance }: Candidate, seed: number): number {
  return draw(seed, instance.hash ?? hashInstance(instance.nodeId, instance.instanceId));
}

/** Order by node id, then instance id, by code unit. */
export function compareIds({ instance: a }: Candidate, { instance: b }: Candidate): number {
  return compareText(a.nodeId, b.nodeId) || compareText(a.instanceId, b.instanceId);
}
