import type { Decision } from "../scheduler/index.js";
import type { Outcome } from "./format.js";

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
