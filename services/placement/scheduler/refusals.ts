import type { Refusal } from "./types.js";

/** Every reason for which an instance or a whole request is refused. */
export const REFUSAL = {
  /** The request's constraints do not allow the kind. */
  kindNotAllowed: { reason: "KIND_NOT_ALLOWED", kind: "never" },
  /** The policy does not use the kind. */
  kindNotInPolicy: { reason: "KIND_NOT_IN_POLICY", kind: "never" },
  /** The node lacks a label that the request asks for. */
  labelMismatch: { reason: "LABEL_MISMATCH", kind: "never" },
  /** The node's zone is not among those allowed. */
  zoneNotAllowed: { reason: "ZONE_NOT_ALLOWED", kind: "never" },
  /** The request names the instance as one not to be used. */
  instanceExcluded: { reason: "INSTANCE_EXCLUDED", kind: "never" },
  /** The body is larger than the instance takes. */
  payloadTooLarge: { reason: "PAYLOAD_TOO_LARGE", kind: "never" },
  /** A request there costs more than the policy's cap allows. */
  overPriceCap: { reason: "OVER_PRICE_CAP", kind: "never" },
  /** By its wait the request has become likelier to miss its deadline than those that wait behind it. */
  deadlineTooNear: { reason: "DEADLINE_TOO_NEAR", kind: "tooLate" },
  /** The application is not deployed in any form that the request and the policy allow. */
  noImplementation: { reason: "NO_IMPLEMENTATION", kind: "never" },
  /** The node has been silent for long. */
  nodeLost: { reason: "NODE_LOST", kind: "retryLater" },
  /** An operator lets the node take nothing new. */
  nodeCordoned: { reason: "NODE_CORDONED", kind: "retryLater" },
  /** An operator empties the node. */
  nodeDraining: { reason: "NODE_DRAINING", kind: "retryLater" },
  /** The instance does not answer its health check. */
  instanceNotReady: { reason: "INSTANCE_NOT_READY", kind: "retryLater" },
  /** The instance serves as many requests as it can. */
  noFreeSlot: { reason: "NO_FREE_SLOT", kind: "retryLater" },
  /** A form is deployed, and none of its instances is there yet. */
  noInstance: { reason: "NO_INSTANCE", kind: "retryLater" },
} as const satisfies Record<string, Refusal>;
