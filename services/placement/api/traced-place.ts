import { StraightLineError } from "../../common/errors/index.js";
import { ATTRIBUTE, SPAN, type TraceSpan, type Tracing } from "../../common/observe/index.js";
import type { PlacementRecord } from "./placement-record.js";
import type { PlaceContext, Placer } from "./placer.js";

/** The context of a call before its span is begun. */
export interface TracedContext extends Omit<PlaceContext, "traceId"> {
  readonly traceparent: string | undefined;
}

/** Places a request inside a span `placement.place`. */
export async function tracedPlace(
  placer: Placer,
  tracing: Tracing,
  request: Parameters<Placer["place"]>[0],
  { traceparent, ...context }: TracedContext,
): Promise<PlacementRecord> {
  const span = tracing.start(SPAN.place, { role: "server", parent: traceparent });
  if (span.recording) {
    span.set({ [ATTRIBUTE.application]: request.application, [ATTRIBUTE.sizeBytes]: request.data?.sizeBytes ?? 0 });
  }
  try {
    const record = await placer.place(request, { ...context, traceId: span.traceId });
    if (span.recording) describe(span, record);
    return record;
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    span.fail(code, message);
    throw error;
  } finally {
    span.end();
  }
}

function describe(span: TraceSpan, { placement, trace, timing, nodeId, instanceId }: PlacementRecord): void {
  const { parameters, candidates, frequency } = trace;
  const age = candidates.find((candidate) => candidate.instanceId === instanceId && candidate.nodeId === nodeId);
  const predicted = placement.predicted ?? {};
  const parts = [predicted.transferMs, predicted.waitMs, predicted.serviceMs, predicted.coldStartMs];
  span.set({
    [ATTRIBUTE.placement]: placement.placementId ?? "",
    [ATTRIBUTE.node]: nodeId,
    [ATTRIBUTE.kind]: placement.kind ?? "",
    [ATTRIBUTE.instance]: instanceId,
    [ATTRIBUTE.policy]: trace.policy,
    [ATTRIBUTE.reason]: placement.reason ?? "",
    [ATTRIBUTE.frequency]: frequency,
    ...(parameters["F"] === undefined ? {} : { [ATTRIBUTE.frequencyThreshold]: parameters["F"] }),
    ...(parameters["D"] === undefined ? {} : { [ATTRIBUTE.sizeThreshold]: parameters["D"] }),
    ...(age === undefined ? {} : { [ATTRIBUTE.telemetryAgeMs]: age.telemetryAgeMs }),
    [ATTRIBUTE.predictedMs]: parts.reduce<number>((sum, part) => sum + Number(part ?? 0), 0),
    [ATTRIBUTE.waitedMs]: timing.waitedMs,
  });
}
