import type { ReportedOutcome } from "../beside/index.js";
import type { Measurement, ThresholdPair } from "../learning/index.js";
import { kindOf, type RecordedDecision, readRecording } from "../record/index.js";
import type { Measured } from "./read-measurements.js";

type Placed = Omit<Measurement, "responseMs"> & { readonly waitedMs: number };

/** Ends that say what a form takes: the others are the client's doing, or cost a retry. */
const TELLING: ReadonlySet<string> = new Set(["ok", "timeout", "instance_error"]);

/** The measurements of a recording: each decision with its report. */
export async function readRecorded(file: string): Promise<Measured> {
  const open = new Map<string, Placed>();
  const measurements: Measurement[] = [];
  let present: ThresholdPair | undefined;
  for await (const event of readRecording(file)) {
    if (event.type === "decision") {
      const { F, D } = event.input.parameters;
      if (F !== undefined && D !== undefined) present = { frequencyThreshold: F, sizeThresholdBytes: D };
      const placed = placedOf(event);
      if (placed !== undefined) open.set(event.placementId, placed);
    }
    if (event.type === "report") {
      const measurement = measurementOf(event.report, open.get(event.report.placementId));
      open.delete(event.report.placementId);
      if (measurement !== undefined) measurements.push(measurement);
    }
  }
  return { measurements, present };
}

function placedOf({ use, outcome, snapshot, input }: RecordedDecision): Placed | undefined {
  const kind = kindOf(outcome, snapshot);
  if (use !== "answered" || kind === undefined) return undefined;
  const { request, frequency, waitedMs = 0 } = input;
  return { kind, sizeBytes: request.sizeBytes, frequency: frequency.perSecond, waitedMs };
}

/** Undefined: it tells no time. */
function measurementOf({ outcome, responseMs }: ReportedOutcome, placed: Placed | undefined): Measurement | undefined {
  if (placed === undefined || !TELLING.has(outcome) || responseMs <= 0) return undefined;
  const { waitedMs, ...rest } = placed;
  return { ...rest, responseMs: waitedMs + responseMs };
}
