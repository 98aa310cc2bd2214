import type { ReportRequest__Output } from "../../../proto/gen/straightline/v1/ReportRequest.js";
import { ATTRIBUTE, inRpcSpan, isMispredicted, rpcAttributes, SPAN, type Tracing } from "../../common/observe/index.js";
import { predictedMs } from "../../common/wire/index.js";
import type { History } from "../state/index.js";
import type { PlacementRecord } from "./placement-record.js";

/** Ends a traceparent that nobody records: it need not be read. */
const UNSAMPLED = "-00";

/** Takes a Report in a span that sets what was predicted beside what came. Without a caller's trace there is no span. */
export function tracedReport(
  history: History<PlacementRecord>,
  tracing: Tracing,
  take: (report: ReportRequest__Output) => void,
): (report: ReportRequest__Output, traceparent: string | undefined) => Promise<void> {
  return async (report, traceparent) => {
    if (traceparent === undefined || traceparent === "" || traceparent.endsWith(UNSAMPLED)) return take(report);
    const span = tracing.start(SPAN.report, { role: "server", parent: traceparent });
    if (!span.recording) return take(report);
    const placement = history.get(report.placementId)?.placement;
    const expectedMs = predictedMs(placement?.predicted);
    span.set(rpcAttributes("PlacementService/Report"));
    span.set({
      [ATTRIBUTE.placement]: report.placementId,
      [ATTRIBUTE.outcome]: report.outcome,
      [ATTRIBUTE.actualMs]: report.responseMs,
      ...(expectedMs === undefined ? {} : { [ATTRIBUTE.predictedMs]: expectedMs }),
    });
    if (report.outcome === "OUTCOME_OK" && isMispredicted(expectedMs, report.responseMs)) span.keep("mispredicted");
    return inRpcSpan(span, async () => take(report));
  };
}
