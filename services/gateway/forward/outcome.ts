import { status } from "@grpc/grpc-js";
import type { StraightLineError } from "../../common/errors/index.js";
import type { Outcome } from "../placement-client/index.js";

/** Outcome of an HTTP answer. An instance that says it did not execute the request was full, not broken. */
export function httpOutcome(statusCode: number, executed: string | undefined): Outcome {
  if (statusCode === 429 || (statusCode === 503 && executed === "false")) return "OUTCOME_THROTTLED";
  if (statusCode >= 500) return "OUTCOME_INSTANCE_ERROR";
  return statusCode >= 400 ? "OUTCOME_CLIENT_ERROR" : "OUTCOME_OK";
}

const GRPC_OUTCOME: Readonly<Record<number, Outcome>> = {
  [status.OK]: "OUTCOME_OK",
  [status.CANCELLED]: "OUTCOME_CANCELLED",
  [status.INVALID_ARGUMENT]: "OUTCOME_CLIENT_ERROR",
  [status.NOT_FOUND]: "OUTCOME_CLIENT_ERROR",
  [status.ALREADY_EXISTS]: "OUTCOME_CLIENT_ERROR",
  [status.PERMISSION_DENIED]: "OUTCOME_CLIENT_ERROR",
  [status.FAILED_PRECONDITION]: "OUTCOME_CLIENT_ERROR",
  [status.OUT_OF_RANGE]: "OUTCOME_CLIENT_ERROR",
  [status.UNIMPLEMENTED]: "OUTCOME_CLIENT_ERROR",
  [status.UNAUTHENTICATED]: "OUTCOME_CLIENT_ERROR",
  [status.RESOURCE_EXHAUSTED]: "OUTCOME_THROTTLED",
  [status.DEADLINE_EXCEEDED]: "OUTCOME_TIMEOUT",
};

/** Outcome of a gRPC status. */
export function grpcOutcome(code: number, executed: string | undefined): Outcome {
  if (code === status.UNAVAILABLE && executed === "false") return "OUTCOME_THROTTLED";
  return GRPC_OUTCOME[code] ?? "OUTCOME_INSTANCE_ERROR";
}

/** Outcome of a request that its scope ended. */
export function endedOutcome(error: StraightLineError): Outcome {
  return error.code === "DEADLINE_EXCEEDED" ? "OUTCOME_TIMEOUT" : "OUTCOME_CANCELLED";
}
