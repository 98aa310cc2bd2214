import { ROOT_CONTEXT, type Span, SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor, RandomIdGenerator } from "@opentelemetry/sdk-trace-base";
import { tellFaults } from "./tell-faults.js";
import type { TraceContext } from "./traceparent.js";
import type { SpanOptions, SpanRole, TracingOptions } from "./tracing.js";

/** The OpenTelemetry SDK behind the two calls that tracing needs. */
export interface Recorder {
  /** Records whatever it is given: the decision to sample has been made. A span without a parent takes `traceId`. */
  startSpan(name: string, parent: TraceContext | undefined, options: SpanOptions, traceId: string | undefined): Span;
  shutdown(): Promise<void>;
}

const KIND: Readonly<Record<SpanRole, SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** Spans leave in batches at most this late, so that a trace can be read a second after its request. */
const EXPORT_DELAY_MS = 500;

/** A recorder that sends spans by OTLP/HTTP. Spans beyond its queue of 4,096 are dropped, never waited for. */
export function createRecorder(options: TracingOptions): Recorder {
  const url = `${options.otlpEndpoint.replace(/\/$/, "")}/v1/traces`;
  const exporter = tellFaults(new OTLPTraceExporter({ url, timeoutMillis: 2000 }), { what: "traces", url, log: options.log });
  const random = new RandomIdGenerator();
  let rootTraceId: string | undefined;
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(options.resource),
    sampler: new AlwaysOnSampler(),
    idGenerator: {
      generateTraceId: () => rootTraceId ?? random.generateTraceId(),
      generateSpanId: () => random.generateSpanId(),
    },
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: EXPORT_DELAY_MS, maxQueueSize: 4096 })],
  });
  const tracer = provider.getTracer("straightline");
  return {
    startSpan(name, parent, { role = "internal", attributes = {}, startTimeMs }, traceId) {
      // The SDK takes the id of a new trace from its generator alone, and asks for it before it returns.
      rootTraceId = traceId;
      return tracer.startSpan(
        name,
        { kind: KIND[role], attributes, ...(startTimeMs === undefined ? {} : { startTime: startTimeMs }) },
        parent === undefined ? ROOT_CONTEXT : remoteContext(parent),
      );
    },
    // Whoever has a log has been told of what could not be sent.
    shutdown: () => provider.shutdown().catch(() => undefined),
  };
}

function remoteContext(parent: TraceContext) {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: parent.traceId,
    spanId: parent.spanId,
    traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}
