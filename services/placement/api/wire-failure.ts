import type { PlaceFailure } from "../../../proto/gen/straightline/v1/PlaceFailure.js";
import { StraightLineError } from "../../common/errors/index.js";
import { grpcCodeOf } from "../../common/rpc/index.js";
import type { Decision } from "../scheduler/index.js";
import { decodeTrace, encodeTrace, type TraceTiming, traceToWire } from "./wire-trace.js";

type Refused = Extract<Decision, { type: "refused" }>;

/** A slot comes free with the next answer; an instance gets ready in about a tick. */
const RETRY_FOR_SLOT_MS = 250;
const RETRY_FOR_INSTANCE_MS = 1000;

/** A refused decision as an error: NEVER_FITS, DEADLINE_EXCEEDED, or NO_CAPACITY with an advised delay; the trace is attached. */
export function refusalError({ refusal, message, trace }: Refused, timing: TraceTiming): StraightLineError {
  const details = { metadata: { refusal: refusal.reason }, trace: encodeTrace(traceToWire(trace, timing)) };
  if (refusal.kind === "never") return new StraightLineError("NEVER_FITS", message, { details });
  if (refusal.kind === "tooLate") return new StraightLineError("DEADLINE_EXCEEDED", message, { details });
  const retryAfterMs = refusal.reason === "NO_FREE_SLOT" ? RETRY_FOR_SLOT_MS : RETRY_FOR_INSTANCE_MS;
  return new StraightLineError("NO_CAPACITY", message, { details: { ...details, retryAfterMs } });
}

/** An error as it stands in a stream. */
export function failureToWire(error: StraightLineError): PlaceFailure {
  const { retryAfterMs = 0, trace } = error.details;
  return {
    code: grpcCodeOf(error.code),
    message: error.message,
    reason: error.code,
    retryAfterMs,
    trace: trace === undefined ? null : decodeTrace(trace),
  };
}
