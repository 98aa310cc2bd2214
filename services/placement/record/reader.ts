import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { StraightLineError, systemCode } from "../../common/errors/index.js";
import type { ReportedOutcome } from "../beside/index.js";
import type { Candidate, FleetSnapshot, PlacementInput } from "../scheduler/index.js";
import { checkLine, headerFault } from "./check-line.js";
import { recordingFault } from "./fault.js";
import type { DecisionLine, Outcome, RecordingLine, SettingLine } from "./format.js";
import { patched } from "./patch.js";

/** A decision as it was recorded. */
export interface RecordedDecision {
  readonly type: "decision";
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly use: DecisionLine["use"];
  readonly placementId: string;
  readonly policy: string;
  readonly snapshot: FleetSnapshot;
  readonly input: PlacementInput;
  readonly outcome: Outcome;
}

/** What a recording tells, in order. */
export type RecordedEvent =
  | RecordedDecision
  | { readonly type: "report"; readonly report: ReportedOutcome }
  | { readonly type: "dropped"; readonly count: number };

/** Reads a recording. Throws RECORDING_INVALID, naming the line, at the first that is damaged; what came before it has been given by then. */
export async function* readRecording(file: string): AsyncGenerator<RecordedEvent> {
  const replayed = createReplayed();
  let number = 0;
  for await (const text of linesOf(file)) {
    number += 1;
    const line = checkLine(text);
    const fault = number === 1 ? headerFault(line) : undefined;
    if (fault !== undefined) throw recordingFault(file, number, fault);
    if (typeof line === "string") throw recordingFault(file, number, line);
    const event = replayed.take(line, number);
    if (typeof event === "string") throw recordingFault(file, number, event);
    if (event !== undefined) yield event;
  }
  if (number === 0) throw recordingFault(file, 1, "is missing: the file is empty");
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, "utf8");
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    throw new StraightLineError("RECORDING_INVALID", `${file}: cannot be read (${systemCode(cause) ?? "unknown"})`, { cause });
  } finally {
    input.destroy();
  }
}

/** What lines before have told. */
interface Replayed {
  /** The event of a line; a text: what is wrong with it; undefined: it tells of no event. */
  take(line: RecordingLine, number: number): RecordedEvent | string | undefined;
}

function createReplayed(): Replayed {
  const candidates = new Map<string, readonly Candidate[]>();
  const settings = new Map<string, SettingLine>();
  const change = (application: string, patches: Readonly<Record<string, object>>): string | undefined => {
    const before = candidates.get(application);
    const after = [...(before ?? [])];
    for (const [position, patch] of Object.entries(patches)) {
      const candidate = after[Number(position)];
      if (candidate === undefined) return `changes candidate ${position} of ${application}, which no line before it tells of`;
      after[Number(position)] = patched(candidate, patch);
    }
    candidates.set(application, after);
    return undefined;
  };
  const decision = (line: DecisionLine, number: number): RecordedEvent | string => {
    const { application } = line.input.request;
    const fleet = candidates.get(application);
    const setting = settings.get(application);
    if (fleet === undefined || setting === undefined) return `decides on ${application}, of which no line before it tells`;
    const { implementations, parameters } = setting;
    const { use, placementId, policy, outcome } = line;
    const input = { ...line.input, implementations, parameters };
    return { type: "decision", line: number, use, placementId, policy, outcome, input, snapshot: snapshotOf(fleet) };
  };
  return {
    take(line, number) {
      switch (line.type) {
        case "recording":
          return number === 1 ? undefined : "begins another recording in the middle of this one";
        case "fleet":
          candidates.set(line.application, line.candidates);
          return undefined;
        case "change":
          return change(line.application, line.candidates);
        case "setting":
          settings.set(line.application, line);
          return undefined;
        case "decision":
          return decision(line, number);
        case "report": {
          const { type: _type, ...report } = line;
          return { type: "report", report };
        }
        case "dropped":
          return { type: "dropped", count: line.count };
      }
    },
  };
}

function snapshotOf(candidates: readonly Candidate[]): FleetSnapshot {
  return {
    candidates,
    instances: candidates.map(({ instance }) => instance),
    nodes: new Map(candidates.map(({ node }) => [node.nodeId, node])),
  };
}
