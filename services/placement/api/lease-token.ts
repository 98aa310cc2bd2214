import type { Placement } from "../../../proto/gen/straightline/v1/Placement.js";
import type { PlaceRequest__Output } from "../../../proto/gen/straightline/v1/PlaceRequest.js";
import type { Lease } from "../../common/lease/index.js";
import { type PlacementRecord, renderPlacement } from "./placement-record.js";

/** Signs a lease; undefined: placement has no key for it. */
export type SignLease = ((lease: Lease) => string) | undefined;

/** The placement as its caller wanted it. A token is made for the answer alone: nothing that is kept, watched or recorded holds one. */
export function answerPlacement(
  record: PlacementRecord,
  { explain, leaseToken }: Pick<PlaceRequest__Output, "explain" | "leaseToken">,
  sign: SignLease,
): Placement {
  const placement = renderPlacement(record, explain);
  const isFronted = placement.httpEndpoint?.startsWith("https:") === true;
  if (!leaseToken || sign === undefined || !isFronted || placement.placementId === "") return placement;
  return { ...placement, leaseToken: sign(leaseOf(record)) };
}

/** The lease runs from the decision on: a repeated call with the same idempotency key gets no longer one. */
function leaseOf({ placement, trace, application, nodeId, instanceId }: PlacementRecord): Lease {
  const issuedAtMs = Math.round(trace.decidedAtMs);
  const { placementId = "", leaseMs = 0 } = placement;
  return { placementId, application, nodeId, instanceId, issuedAtMs, expiresAtMs: issuedAtMs + Number(leaseMs) };
}
