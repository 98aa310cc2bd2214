import { SPAN, type Tracing, withSpan } from "../common/observe/index.js";

/**
 * Runs what makes the server ready, in the trace of whoever started the process: how long the runtime took to load the program, counted
 * from the start of the process, and how long the models took. Without `parent`, the environment's TRACEPARENT, there is no such trace.
 */
export async function tracedStart<T>(tracing: Tracing, parent: string | undefined, work: () => Promise<T>): Promise<T> {
  if (parent === undefined) return work();
  const startTimeMs = performance.timeOrigin;
  return withSpan(tracing, SPAN.modelStart, { parent, startTimeMs }, async ({ traceparent }) => {
    tracing.start(SPAN.modelBoot, { parent: traceparent, startTimeMs }).end();
    return withSpan(tracing, SPAN.modelLoad, { parent: traceparent }, work);
  });
}
