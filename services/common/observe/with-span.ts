import { ERROR_CATALOGUE, StraightLineError } from "../errors/index.js";
import { ATTRIBUTE } from "./names.js";
import type { SpanOptions, TraceSpan, Tracing } from "./tracing.js";

/** Runs work in a new span: see inSpan. */
export function withSpan<T>(
  tracing: Tracing,
  name: string,
  options: SpanOptions,
  work: (span: TraceSpan) => Promise<T>,
): Promise<T> {
  return inSpan(tracing.start(name, options), work);
}

/** Runs work in a span that ends with it; a rejection marks the span failed with its code and is passed on. */
export async function inSpan<T>(span: TraceSpan, work: (span: TraceSpan) => Promise<T>): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    span.fail(code, message);
    throw error;
  } finally {
    span.end();
  }
}

/** As inSpan, for the span of a gRPC call, which tells the status as well. */
export function inRpcSpan<T>(span: TraceSpan, work: (span: TraceSpan) => Promise<T>): Promise<T> {
  return inSpan(span, async () => {
    try {
      const result = await work(span);
      span.set({ [ATTRIBUTE.rpcStatus]: "OK" });
      return result;
    } catch (error) {
      span.set({ [ATTRIBUTE.rpcStatus]: ERROR_CATALOGUE[StraightLineError.from(error).code].status });
      throw error;
    }
  });
}
