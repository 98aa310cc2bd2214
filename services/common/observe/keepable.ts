import { epochMs } from "./clock.js";
import { ATTRIBUTE } from "./names.js";
import type { SpanOptions, TraceSpan } from "./tracing.js";

/**
 * A span outside the sample that is recorded at its end if it has failed or is to be kept. What it hands on says "not sampled", so that
 * nothing below it records. Events are not noted.
 */
export function keepableSpan(silent: TraceSpan, options: SpanOptions, record: (noted: SpanOptions) => TraceSpan): TraceSpan {
  const startTimeMs = options.startTimeMs ?? epochMs();
  const attributes = { ...options.attributes };
  let failure: { readonly errorType: string; readonly message: string | undefined } | undefined;
  let reason: string | undefined;
  return {
    traceparent: silent.traceparent,
    traceId: silent.traceId,
    recording: false,
    event: () => undefined,
    set: (more) => void Object.assign(attributes, more),
    fail: (errorType, message) => {
      failure = { errorType, message };
      reason ??= "error";
    },
    keep: (why) => {
      reason ??= why;
    },
    end: () => {
      if (reason === undefined) return;
      const span = record({ ...options, startTimeMs, attributes: { ...attributes, [ATTRIBUTE.kept]: reason } });
      if (failure !== undefined) span.fail(failure.errorType, failure.message);
      span.end();
    },
  };
}
