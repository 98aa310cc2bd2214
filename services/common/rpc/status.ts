import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ERROR_CATALOGUE, type ErrorCode, StraightLineError } from "../errors/index.js";
import { decodeStatusDetails, encodeStatusDetails } from "./details.js";

const DETAILS_KEY = "grpc-status-details-bin";

/** What grpc-js takes as a call's error. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** gRPC status number of a catalogue code. */
export function grpcCodeOf(code: ErrorCode): number {
  return status[ERROR_CATALOGUE[code].status];
}

/** A StraightLineError as a gRPC status with google.rpc details; its cause stays here. */
export function toGrpcStatus(error: StraightLineError): GrpcStatus {
  const code = grpcCodeOf(error.code);
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, encodeStatusDetails(code, error.message, { ...error.details, reason: error.code }));
  return { code, details: error.message, metadata };
}

/** Codes for a status that carries no ErrorInfo of ours: the peer is another program, or the call never reached one. */
const FALLBACK: Readonly<Record<number, ErrorCode>> = {
  [status.INVALID_ARGUMENT]: "INVALID_REQUEST",
  [status.NOT_FOUND]: "UNKNOWN_ROUTE",
  [status.ALREADY_EXISTS]: "IDEMPOTENCY_CONFLICT",
  [status.FAILED_PRECONDITION]: "NEVER_FITS",
  [status.RESOURCE_EXHAUSTED]: "NO_CAPACITY",
  [status.ABORTED]: "CONFLICT",
  [status.DEADLINE_EXCEEDED]: "DEADLINE_EXCEEDED",
  [status.CANCELLED]: "CANCELLED",
  [status.UNIMPLEMENTED]: "UNSUPPORTED",
  [status.UNAUTHENTICATED]: "UNAUTHENTICATED",
  [status.PERMISSION_DENIED]: "PERMISSION_DENIED",
};

/** A gRPC client's error as a StraightLineError; `unavailable` is the code for an unreachable peer. */
export function fromGrpcError(error: ServiceError, unavailable: ErrorCode): StraightLineError {
  const bytes = error.metadata?.get(DETAILS_KEY)[0];
  const details = bytes instanceof Buffer ? decodeStatusDetails(bytes) : undefined;
  if (details !== undefined && Object.hasOwn(ERROR_CATALOGUE, details.reason)) {
    return new StraightLineError(details.reason as ErrorCode, error.details, { cause: error, details });
  }
  if (error.code === status.UNAVAILABLE) {
    return new StraightLineError(unavailable, `${ERROR_CATALOGUE[unavailable].meaning}`, { cause: error });
  }
  return new StraightLineError(FALLBACK[error.code] ?? "INTERNAL", error.details, { cause: error });
}
