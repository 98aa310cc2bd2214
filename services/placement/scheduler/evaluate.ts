import { compareCandidates, isSuspect } from "./order.js";
import { REFUSAL } from "./refusals.js";
import type { Candidate, Evaluation, FleetSnapshot, PlacementInput, PlacementPolicy, Refusal } from "./types.js";

/** True when a body fits a limit of which 0 means none. */
export function fitsLimit(sizeBytes: number, limitBytes: number): boolean {
  return limitBytes === 0 || sizeBytes <= limitBytes;
}

/** Instances that can take the request now, in no order: those to be trusted, and those in doubt. */
export interface Able {
  readonly trusted: readonly Candidate[];
  readonly doubtful: readonly Candidate[];
}

/** The instances that can take the request. Reasons are left out: they are wanted seldom, and a fleet may hold hundreds of instances. */
export function able(candidates: readonly Candidate[], input: PlacementInput, policy: PlacementPolicy): Able {
  const trusted: Candidate[] = [];
  const doubtful: Candidate[] = [];
  for (const candidate of candidates) {
    if (candidate.instance.application !== input.request.application) continue;
    if (refusalFor(candidate, input, policy) !== undefined) continue;
    (isSuspect(candidate) ? doubtful : trusted).push(candidate);
  }
  return { trusted, doubtful };
}

/** Every instance of the request's application with its refusal, in no order. */
export function evaluate(candidates: readonly Candidate[], input: PlacementInput, policy: PlacementPolicy): Evaluation[] {
  const evaluations: Evaluation[] = [];
  for (const candidate of candidates) {
    if (candidate.instance.application !== input.request.application) continue;
    evaluations.push({ candidate, refusal: refusalFor(candidate, input, policy) });
  }
  return evaluations;
}

/** Evaluations in the common order. */
export function inCommonOrder(evaluations: readonly Evaluation[]): Evaluation[] {
  return [...evaluations].sort((a, b) => compareCandidates(a.candidate, b.candidate));
}

/** A snapshot's instances with their nodes. */
export function candidatesOf(snapshot: FleetSnapshot): readonly Candidate[] {
  // The other two are read only where they must be: a fleet makes them from the pairs.
  if (snapshot.candidates !== undefined) return snapshot.candidates;
  return snapshot.instances.flatMap((instance) => {
    const node = snapshot.nodes.get(instance.nodeId);
    return node === undefined ? [] : [{ instance, node }];
  });
}

/**
 * The first refusal counts. What no waiting can mend stands first, so that a request that could never fit is not told to try again; of
 * the rest, whole nodes stand before their instances, and the slot last: an instance refused by it alone could serve.
 */
function refusalFor(candidate: Candidate, input: PlacementInput, policy: PlacementPolicy): Refusal | undefined {
  return neverFits(candidate, input, policy) ?? notNow(candidate, policy);
}

function neverFits(candidate: Candidate, input: PlacementInput, policy: PlacementPolicy): Refusal | undefined {
  const { instance, node } = candidate;
  const { sizeBytes, constraints } = input.request;
  const { kinds, nodeLabels, zones, excludedInstanceIds } = constraints;
  if (kinds.length > 0 && !kinds.includes(instance.kind)) return REFUSAL.kindNotAllowed;
  if (policy.kinds !== undefined && !policy.kinds.includes(instance.kind)) return REFUSAL.kindNotInPolicy;
  for (const name in nodeLabels) if (node.labels[name] !== nodeLabels[name]) return REFUSAL.labelMismatch;
  if (zones.length > 0 && !zones.includes(node.zone)) return REFUSAL.zoneNotAllowed;
  if (excludedInstanceIds.length > 0 && excludedInstanceIds.includes(instance.instanceId)) return REFUSAL.instanceExcluded;
  if (!fitsLimit(sizeBytes, instance.payloadLimitBytes)) return REFUSAL.payloadTooLarge;
  return policy.refuse?.(candidate, input);
}

function notNow({ instance, node }: Candidate, policy: PlacementPolicy): Refusal | undefined {
  if (node.health === "lost") return REFUSAL.nodeLost;
  if (node.scheduling === "cordoned") return REFUSAL.nodeCordoned;
  if (node.scheduling === "draining") return REFUSAL.nodeDraining;
  if (instance.state !== "ready") return REFUSAL.instanceNotReady;
  if (instance.throttled || instance.inFlight >= instance.concurrency + queueRoom(instance, policy)) return REFUSAL.noFreeSlot;
  return undefined;
}

/** What waits in an instance already takes from the room; a function has none, nor has an instance that serves nothing. */
function queueRoom({ kind, concurrency, queued }: Candidate["instance"], { queueDepth = 0 }: PlacementPolicy): number {
  return queueDepth === 0 || kind === "serverless" || concurrency === 0 ? 0 : Math.max(0, queueDepth - queued);
}
