import { status } from "@grpc/grpc-js";

/**
 * How an instance failed a request:
 * - `unreachable`: no connection came about, or the front of the instance's node had none to it, so nothing was executed.
 * - `refused`: the instance says that it did not execute the request.
 * - `failed`: the connection broke, or the instance answered with a fault; the request may have been executed.
 */
export type Failure = "unreachable" | "refused" | "failed";

/** What the decision depends on. */
export interface RetryFacts {
  readonly failure: Failure;
  /** Attempts made, this one included. */
  readonly attempts: number;
  /** The application or the method allows a second execution. */
  readonly idempotent: boolean;
  /** All of the body that was sent is still held. */
  readonly replayable: boolean;
}

/** One request is sent at most this many times. */
export const MAX_ATTEMPTS = 2;

/** Methods that may be repeated: RFC 9110, section 9.2.2, without TRACE. */
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

/** True when a second execution of the method does no harm. */
export function isIdempotentMethod(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method);
}

/** Whether the request goes to another instance. A request that may have been executed is sent again only if it is idempotent. */
export function mayRetry({ failure, attempts, idempotent, replayable }: RetryFacts): boolean {
  if (attempts >= MAX_ATTEMPTS || !replayable) return false;
  return failure !== "failed" || idempotent;
}

/** The failure that an HTTP answer tells of; undefined: the answer is the client's. */
export function httpFailure(statusCode: number, executed: string | undefined): Failure | undefined {
  if (executed === "unreachable" && statusCode >= 400) return "unreachable";
  if ((statusCode === 429 || statusCode === 503) && executed === "false") return "refused";
  return statusCode >= 502 && statusCode <= 504 ? "failed" : undefined;
}

/** The same for a gRPC status. */
export function grpcFailure(code: number, executed: string | undefined): Failure | undefined {
  if (executed === "unreachable" && code !== status.OK) return "unreachable";
  if ((code === status.RESOURCE_EXHAUSTED || code === status.UNAVAILABLE) && executed === "false") return "refused";
  return code === status.UNAVAILABLE ? "failed" : undefined;
}
