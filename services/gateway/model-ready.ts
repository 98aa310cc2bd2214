import { StraightLineError } from "../common/errors/index.js";
import type { TraceSpan } from "../common/observe/index.js";
import type { ForwardParts, RequestScope } from "./forward/index.js";

/** Asks placement whether a request would find an instance; full ones count as ready. Throws the refusal otherwise. */
export async function askModelReady(
  { placement, placeTimeoutMs }: ForwardParts,
  application: string,
  scope: RequestScope,
  span: TraceSpan,
): Promise<void> {
  const query = { application, sizeBytes: 0, contentType: "", deadlineMs: 0, kinds: [], excludedInstanceIds: [], policy: "" };
  try {
    await placement.place(
      { ...query, frequencyHint: undefined, retryOf: "", wait: false, dryRun: true },
      { signal: scope.signal, timeoutMs: placeTimeoutMs, traceparent: span.traceparent },
    );
  } catch (error) {
    if (!(error instanceof StraightLineError) || error.code !== "NO_CAPACITY") throw error;
  }
}
