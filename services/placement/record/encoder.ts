import type { MadeDecision } from "../beside/index.js";
import type { Candidate } from "../scheduler/index.js";
import { type CandidatePatch, type DecisionLine, RECORDING_FORMAT, type RecordingLine, type SettingLine } from "./format.js";
import { outcomeOf } from "./outcome.js";
import { patchOf, trim } from "./patch.js";

/** Turns decisions into lines, each file whole in itself: what a line builds on stands before it in the same file. */
export interface Encoder {
  /** Lines of a new file's beginning; what follows builds on nothing written before. */
  begin(startedAtMs: number): string;
  decision(made: MadeDecision): string;
}

interface Written {
  candidates: readonly Candidate[];
  setting: string;
}

/** An encoder at the beginning of a file. */
export function createEncoder(): Encoder {
  const written = new Map<string, Written>();
  return {
    begin(startedAtMs) {
      written.clear();
      return encodeLine({ type: "recording", format: RECORDING_FORMAT, startedAtMs });
    },
    decision(made) {
      const { application } = made.input.request;
      const last = written.get(application);
      const candidates = candidatesOf(made);
      const setting = encodeLine(settingOf(made));
      written.set(application, { candidates, setting });
      const fleet = fleetLine(application, last?.candidates, candidates);
      return (
        (setting === last?.setting ? "" : setting) +
        (fleet === undefined ? "" : encodeLine(fleet)) +
        encodeLine(decisionLine(made))
      );
    },
  };
}

/** A line with its end. */
export function encodeLine(line: RecordingLine): string {
  return `${JSON.stringify(line)}\n`;
}

function candidatesOf({ snapshot, input }: MadeDecision): readonly Candidate[] {
  if (snapshot.candidates === undefined) throw new Error(`a snapshot of ${input.request.application} without candidates`);
  return snapshot.candidates;
}

function settingOf({ input: { request, implementations, parameters } }: MadeDecision): SettingLine {
  return { type: "setting", application: request.application, implementations, parameters };
}

function fleetLine(
  application: string,
  before: readonly Candidate[] | undefined,
  after: readonly Candidate[],
): RecordingLine | undefined {
  if (before === after) return undefined;
  if (before === undefined || !haveSameIds(before, after)) {
    const candidates = after.map(({ node, instance }) => ({ node, instance: trim(instance) }));
    return { type: "fleet", application, candidates };
  }
  const patches: Record<string, CandidatePatch> = {};
  for (const [at, candidate] of after.entries()) {
    const patch = patchOf(before[at] as Candidate, candidate);
    if (patch !== undefined) patches[at] = patch;
  }
  return Object.keys(patches).length === 0 ? undefined : { type: "change", application, candidates: patches };
}

function haveSameIds(before: readonly Candidate[], after: readonly Candidate[]): boolean {
  if (before.length !== after.length) return false;
  return after.every((candidate, at) => {
    const old = before[at] as Candidate;
    return (
      candidate === old ||
      (candidate.instance.instanceId === old.instance.instanceId && candidate.instance.nodeId === old.instance.nodeId)
    );
  });
}

function decisionLine({ input, policy, decision, use, placementId }: MadeDecision): DecisionLine {
  const { implementations: _implementations, parameters: _parameters, ...own } = input;
  return { type: "decision", use, placementId, policy: policy.name, input: own, outcome: outcomeOf(decision) };
}
