import { compareCandidates } from "./order.js";
import { REFUSAL } from "./refusals.js";
import type { Candidate, Evaluation, FleetSnapshot, PlacementInput, PlacementPolicy, Refusal } from "./types.js";

type Filter = (candidate: Candidate, input: PlacementInput, policy: PlacementPolicy) => Refusal | undefined;

/**
 * In this order, the first refusal counts. What no waiting can mend stands first, so that a request that could never fit is not told to
 * try again; of the rest, whole nodes stand before their instances, and the slot last: an instance refused by it alone could serve.
 */
const FILTERS: readonly Filter[] = [
  ({ instance }, { request: { constraints } }) =>
    constraints.kinds.length > 0 && !constraints.kinds.includes(instance.kind) ? REFUSAL.kindNotAllowed : undefined,
  ({ instance }, _input, policy) =>
    policy.kinds !== undefined && !policy.kinds.includes(instance.kind) ? REFUSAL.kindNotInPolicy : undefined,
  ({ node }, { request: { constraints } }) =>
    Object.entries(constraints.nodeLabels).some(([name, value]) => node.labels[name] !== value)
      ? REFUSAL.labelMismatch
      : undefined,
  ({ node }, { request: { constraints } }) =>
    constraints.zones.length > 0 && !constraints.zones.includes(node.zone) ? REFUSAL.zoneNotAllowed : undefined,
  ({ instance }, { request: { constraints } }) =>
    constraints.excludedInstanceIds.includes(instance.instanceId) ? REFUSAL.instanceExcluded : undefined,
  ({ instance }, { request }) => (fitsLimit(request.sizeBytes, instance.payloadLimitBytes) ? undefined : REFUSAL.payloadTooLarge),
  ({ node }) => (node.health === "lost" ? REFUSAL.nodeLost : undefined),
  ({ node }) => (node.scheduling === "cordoned" ? REFUSAL.nodeCordoned : undefined),
  ({ node }) => (node.scheduling === "draining" ? REFUSAL.nodeDraining : undefined),
  ({ instance }) => (instance.state === "ready" ? undefined : REFUSAL.instanceNotReady),
  ({ instance }) => (instance.throttled || instance.inFlight >= instance.concurrency ? REFUSAL.noFreeSlot : undefined),
];

/** True when a body fits a limit of which 0 means none. */
export function fitsLimit(sizeBytes: number, limitBytes: number): boolean {
  return limitBytes === 0 || sizeBytes <= limitBytes;
}

/** Every instance of the request's application with its refusal, in the common order. */
export function evaluate(snapshot: FleetSnapshot, input: PlacementInput, policy: PlacementPolicy): Evaluation[] {
  const evaluations: Evaluation[] = [];
  for (const instance of snapshot.instances) {
    const node = snapshot.nodes.get(instance.nodeId);
    if (node === undefined || instance.application !== input.request.application) continue;
    const candidate = { instance, node };
    evaluations.push({ candidate, refusal: firstRefusal(candidate, input, policy) });
  }
  return evaluations.sort((a, b) => compareCandidates(a.candidate, b.candidate));
}

function firstRefusal(candidate: Candidate, input: PlacementInput, policy: PlacementPolicy): Refusal | undefined {
  for (const filter of FILTERS) {
    const refusal = filter(candidate, input, policy);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
