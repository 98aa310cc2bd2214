export { createLogger, type Logger } from "./log.js";
export { ATTRIBUTE, EVENT, HEADER, SPAN } from "./names.js";
export { parseTraceparent, type TraceContext } from "./traceparent.js";
export {
  createTracing,
  passThroughTracing,
  type SpanOptions,
  type SpanRole,
  type TraceSpan,
  type Tracing,
  type TracingOptions,
} from "./tracing.js";
