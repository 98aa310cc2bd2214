import type { PlacementServiceHandlers } from "../../../proto/gen/straightline/v1/PlacementService.js";
import type { PlaceStreamItem__Output } from "../../../proto/gen/straightline/v1/PlaceStreamItem.js";
import type { PlaceStreamRequest__Output } from "../../../proto/gen/straightline/v1/PlaceStreamRequest.js";
import type { PlaceStreamResponse } from "../../../proto/gen/straightline/v1/PlaceStreamResponse.js";
import type { PlaceStreamResult } from "../../../proto/gen/straightline/v1/PlaceStreamResult.js";
import type { WatchRequest__Output } from "../../../proto/gen/straightline/v1/WatchRequest.js";
import type { WatchResponse } from "../../../proto/gen/straightline/v1/WatchResponse.js";
import { invalidField } from "../../common/errors/index.js";
import type { Tracing } from "../../common/observe/index.js";
import type { CallContext, Handlers, ServiceBinding } from "../../common/rpc/index.js";
import { straightlineServices } from "../../common/wire/index.js";
import type { Shadow } from "../shadow/index.js";
import type { History, WatchHub } from "../state/index.js";
import { answerPlacement, type SignLease } from "./lease-token.js";
import { applicationNameFault } from "./name-fault.js";
import { servePlaceStream } from "./place-stream.js";
import { type PlacementRecord, renderExplanation } from "./placement-record.js";
import type { Placer } from "./placer.js";
import { createReporter, type ReporterParts, unknownPlacement } from "./reporter.js";
import { tracedPlace } from "./traced-place.js";
import { tracedReport } from "./traced-report.js";
import { shadowToWire } from "./wire-shadow.js";

/** What PlacementService is made of. */
export interface PlacementServiceParts extends ReporterParts {
  readonly placer: Placer;
  readonly history: History<PlacementRecord>;
  readonly decisions: WatchHub<WatchResponse>;
  /** Undefined: none. */
  readonly shadow: Shadow | undefined;
  readonly signLease: SignLease;
  /** Milliseconds since the Unix epoch, as decisions are dated. */
  readonly now: () => number;
  readonly handlers: Handlers;
  readonly tracing: Tracing;
  /** Aborts when the process stops: streams end then. */
  readonly stopping: AbortSignal;
}

/** straightline.v1.PlacementService. */
export function placementService(parts: PlacementServiceParts): ServiceBinding {
  const { handlers, history, placer, tracing, stopping } = parts;
  const report = tracedReport(history, tracing, createReporter(parts));
  const answer = createItemAnswer(parts, report);
  const implementation: PlacementServiceHandlers = {
    Place: handlers.unary(async (request, context) => {
      const { deadlineMs, signal, traceparent } = context;
      const record = await tracedPlace(placer, tracing, request, { deadlineMs, signal, traceparent, rpcMethod: "Place" });
      return { placement: answerPlacement(record, request, parts) };
    }),
    PlaceStream: handlers.bidi<PlaceStreamRequest__Output, PlaceStreamResponse>((requests, context, send) =>
      servePlaceStream(requests, context, send, answer, stopping),
    ),
    Report: handlers.unary(async (request, { traceparent }) => {
      await report(request, traceparent);
      return {};
    }),
    Explain: handlers.unary(({ placementId }) => {
      const record = history.get(placementId);
      if (record === undefined) throw unknownPlacement(placementId);
      return renderExplanation(record);
    }),
    GetShadow: handlers.unary(() => shadowToWire(parts.shadow)),
    Watch: handlers.serverStream<WatchRequest__Output, WatchResponse>((request, context, send) =>
      watch(parts.decisions, request, context, send),
    ),
  };
  return { definition: straightlineServices().PlacementService.service, implementation };
}

type ItemAnswer = (item: PlaceStreamItem__Output, signal: AbortSignal) => Promise<PlaceStreamResult>;

function createItemAnswer(parts: PlacementServiceParts, report: ReturnType<typeof tracedReport>): ItemAnswer {
  const { placer, tracing } = parts;
  return async ({ id, place, report: outcome, traceparent }, signal) => {
    if (place !== undefined && place !== null) {
      // The stream's own deadline says nothing of its items.
      const deadlineMs = undefined;
      // A span for an item whose caller traces nothing would be a trace of its own for each request.
      const record =
        traceparent === ""
          ? await placer.place(place, { deadlineMs, signal, traceparent: "" })
          : await tracedPlace(placer, tracing, place, { deadlineMs, signal, traceparent, rpcMethod: "PlaceStream" });
      return { id, placement: answerPlacement(record, place, parts) };
    }
    if (outcome === undefined || outcome === null) throw invalidField("item", "must be place or report; got neither");
    await report(outcome, traceparent);
    return { id };
  };
}

async function watch(
  decisions: WatchHub<WatchResponse>,
  { application }: WatchRequest__Output,
  { signal }: CallContext,
  send: (message: WatchResponse) => Promise<void>,
): Promise<void> {
  const [fault] = application === "" ? [] : applicationNameFault("application", application);
  if (fault !== undefined) throw invalidField(fault.field, fault.description);
  for await (const decision of decisions.subscribe(signal)) {
    if (application === "" || decision.application === application) await send(decision);
  }
}
