/** gRPC status names that this project answers with. */
export type StatusName =
  | "INVALID_ARGUMENT"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "FAILED_PRECONDITION"
  | "RESOURCE_EXHAUSTED"
  | "ABORTED"
  | "UNAVAILABLE"
  | "DEADLINE_EXCEEDED"
  | "CANCELLED"
  | "UNIMPLEMENTED"
  | "UNAUTHENTICATED"
  | "PERMISSION_DENIED"
  | "INTERNAL";

interface CatalogueEntry {
  readonly status: StatusName;
  /** HTTP status that the gateway and the model server answer with. */
  readonly http: number;
  readonly meaning: string;
}

/**
 * Every error that a caller can meet, with its gRPC and HTTP status. Closed: docs/errors.md lists the same codes and a test compares
 * the two.
 */
export const ERROR_CATALOGUE = {
  INVALID_REQUEST: { status: "INVALID_ARGUMENT", http: 400, meaning: "A field of the request is wrong; fix the request." },
  UNKNOWN_POLICY: { status: "INVALID_ARGUMENT", http: 400, meaning: "No placement policy has this name." },
  BODY_TOO_LARGE: { status: "INVALID_ARGUMENT", http: 413, meaning: "The body is larger than the limit named." },
  LENGTH_REQUIRED: { status: "INVALID_ARGUMENT", http: 411, meaning: "A large body came without Content-Length." },
  UNKNOWN_APPLICATION: { status: "NOT_FOUND", http: 404, meaning: "No application has this name; deploy it first." },
  UNKNOWN_JOB: { status: "NOT_FOUND", http: 404, meaning: "No job has this id, or it has left the bounded history." },
  UNKNOWN_MODEL: { status: "NOT_FOUND", http: 404, meaning: "The model server has no such model." },
  UNKNOWN_NODE: { status: "NOT_FOUND", http: 404, meaning: "No agent has ever spoken for this node." },
  UNKNOWN_PLACEMENT: { status: "NOT_FOUND", http: 404, meaning: "The placement is unknown or has left the bounded history." },
  UNKNOWN_ROUTE: { status: "NOT_FOUND", http: 404, meaning: "No such path." },
  IDEMPOTENCY_CONFLICT: { status: "ALREADY_EXISTS", http: 409, meaning: "The idempotency key was used for another request." },
  NEVER_FITS: {
    status: "FAILED_PRECONDITION",
    http: 422,
    meaning: "No instance could ever take this request; change it or the fleet.",
  },
  NO_EARLIER_REVISION: {
    status: "FAILED_PRECONDITION",
    http: 422,
    meaning: "No earlier revision of the application was ready; deploy the one that is wanted.",
  },
  NO_CAPACITY: { status: "RESOURCE_EXHAUSTED", http: 429, meaning: "Nothing is free now; try again after the advised delay." },
  CONFLICT: { status: "ABORTED", http: 409, meaning: "State changed meanwhile; repeat the whole call." },
  BUS_UNAVAILABLE: { status: "UNAVAILABLE", http: 503, meaning: "NATS does not answer; try again." },
  PLACEMENT_UNAVAILABLE: { status: "UNAVAILABLE", http: 503, meaning: "The placement service does not answer; try again." },
  INSTANCE_UNAVAILABLE: {
    status: "UNAVAILABLE",
    http: 502,
    meaning: "The instance failed and no other could be used; try again.",
  },
  OVERLOADED: { status: "UNAVAILABLE", http: 503, meaning: "A queue is full; the request was not executed; try again." },
  DRAINING: { status: "UNAVAILABLE", http: 503, meaning: "The process is stopping; try again elsewhere." },
  DEADLINE_EXCEEDED: {
    status: "DEADLINE_EXCEEDED",
    http: 504,
    meaning: "The deadline passed before an answer, or was about to.",
  },
  CANCELLED: { status: "CANCELLED", http: 499, meaning: "The caller went away." },
  UNSUPPORTED: { status: "UNIMPLEMENTED", http: 501, meaning: "The chosen form or driver does not have this ability." },
  UNAUTHENTICATED: { status: "UNAUTHENTICATED", http: 401, meaning: "Credentials are missing or wrong." },
  PERMISSION_DENIED: { status: "PERMISSION_DENIED", http: 403, meaning: "The credentials do not allow this." },
  CONFIG_INVALID: { status: "FAILED_PRECONDITION", http: 500, meaning: "The configuration is wrong; every fault is listed." },
  INSECURE_LISTENER: {
    status: "FAILED_PRECONDITION",
    http: 500,
    meaning: "A listener beyond loopback needs TLS and credentials.",
  },
  PORT_IN_USE: { status: "FAILED_PRECONDITION", http: 500, meaning: "Another process listens on the port." },
  COMPONENT_MISSING: { status: "FAILED_PRECONDITION", http: 500, meaning: "A program that is needed is not installed." },
  ENGINE_UNAVAILABLE: { status: "UNAVAILABLE", http: 503, meaning: "The container engine does not answer, or refuses access." },
  ARTIFACT_INVALID: { status: "FAILED_PRECONDITION", http: 422, meaning: "A bundle is missing, damaged or malformed." },
  RECORDING_INVALID: {
    status: "FAILED_PRECONDITION",
    http: 422,
    meaning: "A recording of decisions is damaged, or of another format.",
  },
  START_FAILED: { status: "FAILED_PRECONDITION", http: 500, meaning: "An instance or a process did not start." },
  INTERNAL: { status: "INTERNAL", http: 500, meaning: "A fault in StraightLine; report it with the trace id." },
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
