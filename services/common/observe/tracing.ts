import type { Attributes, Span } from "@opentelemetry/api";
import { epochMs } from "./clock.js";
import { keepableSpan } from "./keepable.js";
import type { Logger } from "./log.js";
import { ATTRIBUTE } from "./names.js";
import type { Resource } from "./resource.js";
import { isSampled } from "./sampling.js";
import { formatTraceparent, newTraceContext, parseTraceparent, type TraceContext } from "./traceparent.js";

/** What a span stands for, as OpenTelemetry names it. */
export type SpanRole = "server" | "client" | "internal" | "producer" | "consumer";

/** How a span begins. */
export interface SpanOptions {
  readonly role?: SpanRole;
  /** traceparent of the parent; absent or malformed: a new trace. */
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
  /** Begin, milliseconds since the Unix epoch; default now. */
  readonly startTimeMs?: number;
  /** Outside the sample, the span is noted all the same and recorded once it fails or is kept; it then stands alone in its trace. */
  readonly keepable?: boolean;
}

/** A span under way. When nothing records, every method is a no-op and only the context travels. */
export interface TraceSpan {
  /** To hand on: the parent of whatever comes next. */
  readonly traceparent: string;
  readonly traceId: string;
  /** False: attributes need not be computed. */
  readonly recording: boolean;
  set(attributes: Attributes): void;
  event(name: string, attributes?: Attributes): void;
  /** Marks the span failed with an error code. */
  fail(errorType: string, message?: string): void;
  /** Marks the span, and so its trace, as worth keeping whatever is sampled: one word, the first counts. */
  keep(why: string): void;
  end(): void;
}

/** Starts spans; hides whether anything records them. */
export interface Tracing {
  start(name: string, options?: SpanOptions): TraceSpan;
  /** Sends what is buffered and stops; bounded by the exporter's own time-out. Never rejects: spans that nobody takes are lost. */
  shutdown(): Promise<void>;
}

/** Where spans go. */
export interface TracingOptions {
  /** Who sends them. */
  readonly resource: Resource;
  /** OTLP/HTTP base URL; empty: nothing records, contexts are passed on. */
  readonly otlpEndpoint: string;
  /** Share of new traces recorded, 0..1. */
  readonly sampleRatio: number;
  /** Told when spans cannot be sent; absent: nobody is. */
  readonly log?: Logger;
}

/**
 * Tracing for one process. The OpenTelemetry SDK is loaded only when there is somewhere to send to, since its load time would be part
 * of every cold start; an unsampled call creates no span object.
 */
export async function createTracing(options: TracingOptions): Promise<Tracing> {
  if (options.otlpEndpoint === "") return passThroughTracing();
  const { createRecorder } = await import("./recorder.js");
  const recorder = createRecorder(options);
  const record = (name: string, spanOptions: SpanOptions, parent: TraceContext | undefined, traceId?: string): TraceSpan => {
    const { attributes = {}, ...others } = spanOptions;
    const options = { startTimeMs: epochMs(), ...others, attributes: rounded(attributes) };
    return recordedSpan(recorder.startSpan(name, parent, options, traceId));
  };
  return {
    start(name, spanOptions = {}) {
      const parent = parseTraceparent(spanOptions.parent);
      const context = parent ?? newTraceContext((traceId) => isSampled(traceId, options.sampleRatio));
      if (context.sampled) return record(name, spanOptions, parent, context.traceId);
      if (spanOptions.keepable !== true) return new SilentSpan(context);
      return keepableSpan(new SilentSpan(context), spanOptions, (noted) =>
        record(name, noted, parent === undefined ? undefined : { ...parent, sampled: true }, context.traceId),
      );
    },
    shutdown: recorder.shutdown,
  };
}

/** Tracing that records nothing and passes contexts on. */
export function passThroughTracing(): Tracing {
  return {
    start: (_name, options = {}) => new SilentSpan(parseTraceparent(options.parent) ?? newTraceContext(() => false)),
    shutdown: () => Promise.resolve(),
  };
}

/** A class, where the house makes objects by functions: nearly every request comes by here, and few hand the context on. */
class SilentSpan implements TraceSpan {
  readonly recording = false;
  readonly #context: TraceContext;

  constructor(context: TraceContext) {
    this.#context = context;
  }

  get traceparent(): string {
    return formatTraceparent(this.#context);
  }

  get traceId(): string {
    return this.#context.traceId;
  }

  set(): void {}
  event(): void {}
  fail(): void {}
  keep(): void {}
  end(): void {}
}

/** Milliseconds to the microsecond: what a clock's arithmetic leaves beyond that says nothing. */
function rounded(attributes: Attributes): Attributes {
  let copy: Record<string, Attributes[string]> | undefined;
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value !== "number" || Number.isInteger(value) || !name.endsWith("_ms")) continue;
    copy ??= { ...attributes };
    copy[name] = Math.round(value * 1000) / 1000;
  }
  return copy ?? attributes;
}

/** OpenTelemetry's SpanStatusCode.ERROR; the enum itself would load the API in every process. */
const STATUS_ERROR = 2;

function recordedSpan(span: Span): TraceSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  let kept = false;
  return {
    traceparent: formatTraceparent({ traceId, spanId, sampled: (traceFlags & 1) === 1 }),
    traceId,
    recording: span.isRecording(),
    set: (attributes) => span.setAttributes(rounded(attributes)),
    event: (name, attributes = {}) => span.addEvent(name, rounded(attributes), epochMs()),
    fail: (errorType, message) => {
      span.setAttribute("error.type", errorType);
      span.setStatus(message === undefined ? { code: STATUS_ERROR } : { code: STATUS_ERROR, message });
    },
    keep: (why) => {
      if (!kept) span.setAttribute(ATTRIBUTE.kept, why);
      kept = true;
    },
    end: () => span.end(epochMs()),
  };
}
