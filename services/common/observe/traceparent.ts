import { randomBytes } from "node:crypto";

/** A W3C trace context: https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly sampled: boolean;
}

const IDS = "-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}";
const PATTERN = new RegExp(`^00${IDS}$`);
/** A later version may have more behind what is known; ff is none. */
const LATER = new RegExp(`^(?!00|ff)[0-9a-f]{2}${IDS}(?:-|$)`);

/** Flags of a context that nobody records, as all but exotic callers write them. */
const UNRECORDED = "-00";

/** Reads a traceparent header; undefined when it is absent or malformed, as the standard asks. */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  // Every request comes by here, recorded or not: a test and slices take half the time of captures.
  if (header === undefined || !(PATTERN.test(header) || LATER.test(header))) return undefined;
  const sampled = (Number.parseInt(header.slice(53, 55), 16) & 1) === 1;
  return { traceId: header.slice(3, 35), spanId: header.slice(36, 52), sampled };
}

/** Whether a caller has sent a valid context that nobody records, at a third of the price of reading it whole. */
export function isUnrecorded(header: string | undefined): header is string {
  return header?.endsWith(UNRECORDED) === true && PATTERN.test(header);
}

/** Writes a traceparent header. */
export function formatTraceparent(context: TraceContext): string {
  return `00-${context.traceId}-${context.spanId}-${context.sampled ? "01" : "00"}`;
}

/** A new root context; `isSampled` decides by the new trace's id. */
export function newTraceContext(isSampled: (traceId: string) => boolean): TraceContext {
  const traceId = randomBytes(16).toString("hex");
  return { traceId, spanId: randomBytes(8).toString("hex"), sampled: isSampled(traceId) };
}
