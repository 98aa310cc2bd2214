import { StraightLineError } from "../../common/errors/index.js";
import {
  ATTRIBUTE,
  EVENT,
  inRpcSpan,
  isUnrecorded,
  rpcAttributes,
  SPAN,
  type TraceSpan,
  type Tracing,
} from "../../common/observe/index.js";
import { predictedMs } from "../../common/wire/index.js";
import type { PlacementRecord } from "./placement-record.js";
import type { PlaceContext, Placer } from "./placer.js";
import { decodeTrace } from "./wire-trace.js";

/** The context of a call before its span is begun. */
export interface TracedContext extends Omit<PlaceContext, "traceparent"> {
  readonly traceparent: string | undefined;
  /** Of the call that the request came by. */
  readonly rpcMethod: "Place" | "PlaceStream";
}

/** A span with more events than these would say no more. */
const MAX_REFUSED_EVENTS = 16;

/** Places a request inside a span `placement.place`. One that nobody records is placed as without tracing, on the way of all requests. */
export function tracedPlace(
  placer: Placer,
  tracing: Tracing,
  request: Parameters<Placer["place"]>[0],
  { traceparent, rpcMethod, deadlineMs, signal }: TracedContext,
): Promise<PlacementRecord> {
  // Nearly every request of a caller that traces: no span object is made for it.
  if (isUnrecorded(traceparent)) return placer.place(request, { deadlineMs, signal, traceparent });
  const started = tracing.start(SPAN.place, { role: "server", parent: traceparent });
  // Written out: a rest and a spread of the context would take as long as all else that an unrecorded request does here.
  const context: PlaceContext = { deadlineMs, signal, traceparent: started.traceparent };
  if (!started.recording) return placer.place(request, context);
  return inRpcSpan(started, async (span) => {
    span.set(rpcAttributes(`PlacementService/${rpcMethod}`));
    span.set({ [ATTRIBUTE.application]: request.application, [ATTRIBUTE.sizeBytes]: request.data?.sizeBytes ?? 0 });
    if (request.retryOf !== "") span.set({ [ATTRIBUTE.retryOf]: request.retryOf });
    try {
      const record = await placer.place(request, context);
      describeDecision(span, record.trace);
      describePlacement(span, record);
      return record;
    } catch (error) {
      const { trace } = StraightLineError.from(error).details;
      if (trace !== undefined) describeDecision(span, decodeTrace(trace));
      throw error;
    }
  });
}

/** The part of a decision's trace that its span shows, whether from the scheduler or off the wire. */
interface ShownTrace {
  readonly policy: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly frequency: number;
  readonly candidatesConsidered: number;
  readonly candidates: readonly {
    readonly instanceId: string;
    readonly nodeId: string;
    readonly refusal: string;
    readonly telemetryAgeMs: number;
  }[];
  readonly refusedCounts: Readonly<Record<string, number>>;
}

function describeDecision(span: TraceSpan, trace: ShownTrace): void {
  const { policy, parameters, frequency, candidatesConsidered, refusedCounts } = trace;
  span.set({
    [ATTRIBUTE.policy]: policy,
    [ATTRIBUTE.frequency]: frequency,
    ...(parameters["F"] === undefined ? {} : { [ATTRIBUTE.frequencyThreshold]: parameters["F"] }),
    ...(parameters["D"] === undefined ? {} : { [ATTRIBUTE.sizeThreshold]: parameters["D"] }),
    [ATTRIBUTE.candidatesConsidered]: candidatesConsidered,
    [ATTRIBUTE.candidatesRefused]: Object.values(refusedCounts).reduce((sum, count) => sum + count, 0),
  });
  const refused = trace.candidates.filter(({ refusal }) => refusal !== "");
  for (const { instanceId, nodeId, refusal, telemetryAgeMs } of refused.slice(0, MAX_REFUSED_EVENTS)) {
    span.event(EVENT.candidateRefused, {
      [ATTRIBUTE.instance]: instanceId,
      [ATTRIBUTE.node]: nodeId,
      [ATTRIBUTE.refusal]: refusal,
      [ATTRIBUTE.telemetryAgeMs]: telemetryAgeMs,
    });
  }
}

function describePlacement(span: TraceSpan, { placement, trace, timing, nodeId, kind, instanceId }: PlacementRecord): void {
  const chosen = trace.candidates.find((candidate) => candidate.instanceId === instanceId && candidate.nodeId === nodeId);
  const expectedMs = predictedMs(placement.predicted);
  span.set({
    [ATTRIBUTE.placement]: placement.placementId ?? "",
    [ATTRIBUTE.node]: nodeId,
    [ATTRIBUTE.kind]: kind,
    [ATTRIBUTE.instance]: instanceId,
    [ATTRIBUTE.reason]: placement.reason ?? "",
    ...(chosen === undefined ? {} : { [ATTRIBUTE.telemetryAgeMs]: chosen.telemetryAgeMs }),
    ...(expectedMs === undefined ? {} : { [ATTRIBUTE.predictedMs]: expectedMs }),
    [ATTRIBUTE.waitedMs]: timing.waitedMs,
  });
}
