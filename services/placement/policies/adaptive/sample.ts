import { type Candidate, drawOf, type NodeKind, type PlacementInput } from "../../scheduler/index.js";

/** Instances of one kind looked at. The best of 32 of a kind that were drawn is among its best 3% on the mean. */
const SAMPLE_PER_KIND = 32;
const SAMPLE_SALT = 0x2545f491;

/**
 * Of a kind with many instances a sample drawn by the seed, about 32 and those at which data lies: instances of one kind differ little, and a
 * decision is to take microseconds. Where the application has fewer, all of them.
 */
export function sampleOf(pool: readonly Candidate[], { seed, request }: PlacementInput): readonly Candidate[] {
  if (pool.length <= SAMPLE_PER_KIND) return pool;
  const counts: Record<NodeKind, number> = { vm: 0, container: 0, serverless: 0 };
  for (const { instance } of pool) counts[instance.kind] += 1;
  const { locality } = request;
  return pool.filter((candidate) => {
    const count = counts[candidate.instance.kind];
    if (count <= SAMPLE_PER_KIND || locality?.[candidate.node.nodeId] !== undefined) return true;
    return drawOf(candidate, seed ^ SAMPLE_SALT) * count < SAMPLE_PER_KIND;
  });
}
