import type { Placement } from "../../../proto/gen/straightline/v1/Placement.js";
import type { PlaceRequest__Output } from "../../../proto/gen/straightline/v1/PlaceRequest.js";
import { type Lease, MAX_LEASE_MS } from "../../common/lease/index.js";
import { type PlacementRecord, renderPlacement } from "./placement-record.js";

/** Signs a lease; undefined: placement has no key for it. */
export type SignLease = ((lease: Lease) => string) | undefined;

/** The placement as its caller wanted it; `now` is the clock that decisions are dated by. A token is made for the answer alone: nothing that is kept, watched or recorded holds one. */
export function answerPlacement(
  record: PlacementRecord,
  { explain, leaseToken }: Pick<PlaceRequest__Output, "explain" | "leaseToken">,
  { signLease, now }: { readonly signLease: SignLease; readonly now: () => number },
): Placement {
  const placement = renderPlacement(record, explain);
  const isFronted = placement.httpEndpoint?.startsWith("https:") === true;
  if (!leaseToken || signLease === undefined || !isFronted || placement.placementId === "") return placement;
  const leftMs = record.trace.decidedAtMs + Number(placement.leaseMs) - now();
  return { ...placement, leaseToken: signLease(leaseOf(record, leftMs)) };
}

/**
 * Until the slot is freed, and a minute at most; a repeated call with the same idempotency key gets what is left. Agents read it by the time of day, which the clock of
 * decisions does not follow.
 */
function leaseOf({ placement, application, nodeId, instanceId }: PlacementRecord, leftMs: number): Lease {
  const issuedAtMs = Date.now();
  const expiresAtMs = issuedAtMs + Math.round(Math.min(Math.max(0, leftMs), MAX_LEASE_MS));
  return { placementId: placement.placementId ?? "", application, nodeId, instanceId, issuedAtMs, expiresAtMs };
}
