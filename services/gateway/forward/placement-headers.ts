import { HEADER } from "../../common/observe/index.js";
import type { Placement } from "../placement-client/index.js";

/** Headers, or initial metadata, that tell a client where its request went and why. */
export function placementHeaders(placement: Placement, attempts: number): Record<string, string> {
  return {
    [HEADER.node]: printable(placement.nodeId),
    [HEADER.kind]: placement.kind ?? "unknown",
    [HEADER.instance]: printable(placement.instanceId),
    [HEADER.placementId]: printable(placement.placementId),
    [HEADER.reason]: printable(placement.reason),
    [HEADER.frequency]: String(Math.round(placement.frequency * 1000) / 1000),
    [HEADER.policy]: printable(placement.policy),
    [HEADER.attempts]: String(attempts),
  };
}

/** Header values are printable ASCII; a reason may hold more. */
export function printable(text: string): string {
  return text
    .replace(/≤/g, "<=")
    .replace(/≥/g, ">=")
    .replace(/[^\x20-\x7e]/g, "?");
}
