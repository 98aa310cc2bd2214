import type { ReportRequest__Output } from "../../../proto/gen/straightline/v1/ReportRequest.js";
import { type FieldViolation, invalidRequest, StraightLineError } from "../../common/errors/index.js";
import type { DecisionListener, ReportedOutcome } from "../beside/index.js";
import type { Answer, Learner } from "../learning/index.js";
import type { Fleet, History, Reservations, WaitQueue } from "../state/index.js";
import type { PlacementMetrics } from "./placement-metrics.js";
import type { PlacementRecord } from "./placement-record.js";

/** What a reporter works with. */
export interface ReporterParts {
  readonly fleet: Fleet;
  readonly learner: Learner;
  readonly reservations: Reservations;
  readonly history: History<PlacementRecord>;
  readonly waitQueue: WaitQueue<PlacementRecord>;
  readonly metrics: PlacementMetrics;
  readonly listeners: readonly DecisionListener[];
}

const OUTCOMES = "OUTCOME_OK, _CLIENT_ERROR, _INSTANCE_ERROR, _TIMEOUT, _THROTTLED, _CANCELLED";

/** Outcomes that only an instance which is alive can bring about. */
const ANSWERED: ReadonlySet<ReportRequest__Output["outcome"]> = new Set([
  "OUTCOME_OK",
  "OUTCOME_CLIENT_ERROR",
  "OUTCOME_THROTTLED",
]);

/** Takes a Report: frees the slot and marks what failed. Repeating it is harmless. Throws INVALID_REQUEST or UNKNOWN_PLACEMENT. */
export function createReporter(parts: ReporterParts): (report: ReportRequest__Output) => void {
  const { reservations, history, waitQueue } = parts;
  return (report) => {
    const faults = reportFaults(report);
    if (faults.length > 0) throw invalidRequest(faults);
    const record = history.get(report.placementId);
    const freed = reservations.release(report.placementId, ANSWERED.has(report.outcome));
    if (record === undefined) {
      // Its slot was still held although the history has gone past it: the report has done its work.
      if (freed) return waitQueue.wake();
      throw unknownPlacement(report.placementId);
    }
    if (record.report !== undefined) return;
    record.report = report;
    parts.metrics.reported(record, report, LEARNED_OUTCOME[report.outcome] ?? "other");
    markInstance(record, report.outcome, learnFrom(record, report, parts.learner), parts.fleet);
    waitQueue.wake(record.application);
    for (const listener of parts.listeners) listener.reported(outcomeOf(report));
  };
}

function outcomeOf({ placementId, outcome, ...figures }: ReportRequest__Output): ReportedOutcome {
  const { responseMs, serviceMs, coldStartMs, requestBytes } = figures;
  const word = outcome.replace(/^OUTCOME_/, "").toLowerCase();
  return { placementId, outcome: word, responseMs, serviceMs, coldStartMs, requestBytes };
}

/** UNKNOWN_PLACEMENT with the id. */
export function unknownPlacement(placementId: string): StraightLineError {
  return new StraightLineError(
    "UNKNOWN_PLACEMENT",
    `placement ${JSON.stringify(placementId)} is unknown or has left the bounded history`,
  );
}

function markInstance(
  { nodeId, instanceId }: PlacementRecord,
  outcome: ReportRequest__Output["outcome"],
  isToBlame: boolean,
  fleet: Fleet,
): void {
  if (isToBlame) fleet.markSuspect(nodeId, instanceId);
  if (outcome === "OUTCOME_THROTTLED") fleet.markThrottled(nodeId, instanceId);
}

const LEARNED_OUTCOME: Readonly<Record<string, Answer["outcome"]>> = {
  OUTCOME_OK: "ok",
  OUTCOME_CLIENT_ERROR: "client-error",
  OUTCOME_INSTANCE_ERROR: "instance-error",
  OUTCOME_TIMEOUT: "timeout",
  OUTCOME_THROTTLED: "throttled",
  OUTCOME_CANCELLED: "cancelled",
};

/** True when the instance is to blame for a failure. */
function learnFrom(record: PlacementRecord, report: ReportRequest__Output, learner: Learner): boolean {
  const { application, nodeId, kind, instanceId, predicted, request, timing } = record;
  const outcome = LEARNED_OUTCOME[report.outcome];
  if (outcome === undefined) return false;
  const { responseMs, serviceMs, coldStartMs } = report;
  const sizeBytes = report.requestBytes > 0 ? report.requestBytes : (request.data?.sizeBytes ?? 0);
  const { waitMs: expectedWaitMs, coldStartMs: expectedColdStartMs } = predicted;
  return learner.report({
    ...{ application, kind, nodeId, instanceId, outcome },
    ...{ sizeBytes, responseMs, serviceMs, coldStartMs, expectedWaitMs, expectedColdStartMs, waitedMs: timing.waitedMs },
  });
}

function reportFaults(report: ReportRequest__Output): FieldViolation[] {
  const faults: FieldViolation[] = [];
  if (report.placementId === "") {
    faults.push({ field: "placement_id", description: "must not be empty; give the placement's id" });
  }
  if (report.outcome === "OUTCOME_UNSPECIFIED" || typeof report.outcome !== "string") {
    faults.push({ field: "outcome", description: `must be one of ${OUTCOMES}; got ${report.outcome}` });
  }
  const numbers = {
    response_ms: report.responseMs,
    request_bytes: report.requestBytes,
    response_bytes: report.responseBytes,
    cold_start_ms: report.coldStartMs,
    service_ms: report.serviceMs,
  };
  for (const [field, value] of Object.entries(numbers)) {
    if (!(value >= 0 && Number.isFinite(value))) {
      faults.push({ field, description: `must be 0 or more; got ${value}; give 0 when it is not known` });
    }
  }
  return faults;
}
