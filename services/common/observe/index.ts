export { epochMs } from "./clock.js";
export { createProcessMetrics, exportMetrics, type MetricsExportOptions } from "./export-metrics.js";
export { prometheusName } from "./exposition.js";
export { createLogger, type Logger, traceFields } from "./log.js";
export { LOG_FIELD, type LogFields } from "./log-fields.js";
export { LABEL, METRIC } from "./metric-names.js";
export { type Counter, createMetrics, type Histogram, type MetricSnapshot, type Metrics } from "./metrics.js";
export { isMispredicted } from "./mispredicted.js";
export { ATTRIBUTE, EVENT, HEADER, messagingAttributes, rpcAttributes, SPAN } from "./names.js";
export { processResource, type Resource, uniqueProcessId } from "./resource.js";
export { isUnrecorded, parseTraceparent, type TraceContext } from "./traceparent.js";
export { dropStrayTracestate, dropStrayTracestateOf } from "./tracestate.js";
export {
  createTracing,
  passThroughTracing,
  type SpanOptions,
  type SpanRole,
  type TraceSpan,
  type Tracing,
  type TracingOptions,
} from "./tracing.js";
export { inRpcSpan, inSpan, withSpan } from "./with-span.js";
