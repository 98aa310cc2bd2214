import type { ReportRequest__Output } from "../../../proto/gen/straightline/v1/ReportRequest.js";
import type { StraightLineError } from "../../common/errors/index.js";
import { METRIC, type Metrics } from "../../common/observe/index.js";
import { predictedMs } from "../../common/wire/index.js";
import type { NodeKind } from "../scheduler/index.js";
import type { Placed, PlacementRecord } from "./placement-record.js";

/** Counts what is placed, refused and reported. Dry runs are not counted. */
export interface PlacementMetrics {
  /** An application is deployed in these forms: what counts its faults and cold starts begins at 0, so that the first is seen as an increase. */
  deployed(application: string, kinds: readonly NodeKind[]): void;
  placed(record: PlacementRecord, decision: Placed, nowMs: number): void;
  /** `application` must be a known one, or empty: callers may invent names. */
  refused(application: string, policy: string, error: StraightLineError): void;
  reported(record: PlacementRecord, report: ReportRequest__Output, outcome: string): void;
  leaseExpired(application: string): void;
}

/** Metrics of decisions and reports. */
export function createPlacementMetrics(metrics: Metrics): PlacementMetrics {
  const decisions = metrics.counter(METRIC.decisions);
  const decideDuration = metrics.histogram(METRIC.decideDuration);
  const waitDuration = metrics.histogram(METRIC.waitDuration);
  const age = metrics.histogram(METRIC.decisionAge);
  const leasesExpired = metrics.counter(METRIC.leasesExpired);
  const report = createReportMetrics(metrics);
  return {
    deployed(application, kinds) {
      leasesExpired.add(0, application);
      for (const kind of kinds) report.deployed(application, kind);
    },
    placed({ application, kind, timing, placement }, { candidate, rule }, nowMs) {
      const policy = placement.policy ?? "";
      decisions.add(1, application, policy, kind, "placed", rule);
      decideDuration.record(timing.decideUs / 1e6, policy);
      if (timing.waitedMs > 0) waitDuration.record(timing.waitedMs / 1000, application);
      age.record((nowMs - candidate.node.heardAtMs) / 1000, kind);
    },
    refused(application, policy, { code, details }) {
      decisions.add(1, application, policy, "", code, details.metadata?.["refusal"] ?? "");
    },
    reported: report.reported,
    leaseExpired: (application) => leasesExpired.add(1, application),
  };
}

/** Outcomes that an alert goes by. */
const FAULTS = ["instance-error", "timeout"] as const;

function createReportMetrics(
  metrics: Metrics,
): Pick<PlacementMetrics, "reported"> & { deployed(application: string, kind: NodeKind): void } {
  const reports = metrics.counter(METRIC.reports);
  const responses = metrics.histogram(METRIC.responseDuration);
  const coldStarts = metrics.counter(METRIC.coldStarts);
  const coldStartDuration = metrics.histogram(METRIC.coldStartDuration);
  const cost = metrics.counter(METRIC.cost);
  const compare = createComparison(metrics);
  return {
    deployed(application, kind) {
      for (const outcome of FAULTS) reports.add(0, application, kind, outcome);
      if (kind === "serverless") coldStarts.add(0, application, kind);
    },
    reported(record, { responseMs, serviceMs, coldStartMs }, outcome) {
      const { application, kind, price } = record;
      reports.add(1, application, kind, outcome);
      if (price !== undefined) cost.add(price.perRequest + (price.perSecond * serviceMs) / 1000, application, kind);
      if (coldStartMs > 0) {
        coldStarts.add(1, application, kind);
        coldStartDuration.record(coldStartMs / 1000, application, kind);
      }
      // 0: the client has not measured it.
      if (responseMs === 0) return;
      responses.record(responseMs / 1000, application, kind, outcome);
      if (outcome === "ok") compare(record, responseMs);
    },
  };
}

/** How far predictions were off; what was placed before anything was known had none. */
function createComparison(metrics: Metrics): (record: PlacementRecord, responseMs: number) => void {
  const error = metrics.histogram(METRIC.predictionError);
  const ratio = metrics.histogram(METRIC.predictionRatio);
  return ({ application, kind, placement }, responseMs) => {
    const expectedMs = predictedMs(placement.predicted);
    if (expectedMs === undefined) return;
    const direction = responseMs > expectedMs ? "under" : "over";
    error.record(Math.abs(responseMs - expectedMs) / 1000, application, kind, direction);
    ratio.record(responseMs / expectedMs, application, kind);
  };
}
