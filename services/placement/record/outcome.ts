import type { Decision, FleetSnapshot, NodeKind } from "../scheduler/index.js";
import type { Outcome } from "./format.js";

/** The kind of the instance that an outcome names; undefined: it is refused. */
export function kindOf(outcome: Outcome, snapshot: FleetSnapshot): NodeKind | undefined {
  if (outcome.type === "refused") return undefined;
  const { nodeId, instanceId } = outcome;
  return snapshot.instances.find((one) => one.instanceId === instanceId && one.nodeId === nodeId)?.kind;
}

/** The part of a decision that is recorded. */
export function outcomeOf(decision: Decision): Outcome {
  if (decision.type === "refused") {
    const { refusal, message } = decision;
    return { type: "refused", reason: refusal.reason, kind: refusal.kind, message };
  }
  const { candidate, reason, predicted } = decision;
  const { transferMs, waitMs, serviceMs, coldStartMs } = predicted;
  const { nodeId, instanceId } = candidate.instance;
  return { type: "placed", nodeId, instanceId, reason, predicted: { transferMs, waitMs, serviceMs, coldStartMs } };
}
