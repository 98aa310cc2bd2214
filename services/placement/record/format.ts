import type { ReportedOutcome } from "../beside/index.js";
import type { Candidate, ImplementationView, PlacementInput, PredictedTime, Refusal } from "../scheduler/index.js";

/** Version of the lines below. A reader takes this one alone: a decision that is read wrongly would be replayed wrongly. */
export const RECORDING_FORMAT = 2;

/** First line of each file. */
export interface HeaderLine {
  readonly type: "recording";
  readonly format: number;
  readonly startedAtMs: number;
}

/** An application's candidates, whole: before its first decision in a file, and when instances come or go. */
export interface FleetLine {
  readonly type: "fleet";
  readonly application: string;
  readonly candidates: readonly Candidate[];
}

/** New values of a view's fields; null: the field has gone. */
export type Patch = Readonly<Record<string, unknown>>;

/** What has changed of a candidate. */
export interface CandidatePatch {
  readonly node?: Patch;
  readonly instance?: Patch;
}

/** What has changed of an application's candidates, by position in the last whole list. */
export interface ChangeLine {
  readonly type: "change";
  readonly application: string;
  readonly candidates: Readonly<Record<string, CandidatePatch>>;
}

/** The part of an application's inputs that hardly ever changes. */
export interface SettingLine {
  readonly type: "setting";
  readonly application: string;
  readonly implementations: readonly ImplementationView[];
  readonly parameters: Readonly<Record<string, number>>;
}

/** The part of a decision that must come out again. */
export type Outcome =
  | {
      readonly type: "placed";
      readonly nodeId: string;
      readonly instanceId: string;
      readonly reason: string;
      readonly predicted: PredictedTime;
    }
  | { readonly type: "refused"; readonly reason: string; readonly kind: Refusal["kind"]; readonly message: string };

/** A decision; its candidates and its setting are those of the lines before. */
export interface DecisionLine {
  readonly type: "decision";
  readonly use: "answered" | "waiting" | "dry-run";
  /** Empty: none. */
  readonly placementId: string;
  readonly policy: string;
  readonly input: Omit<PlacementInput, "implementations" | "parameters">;
  readonly outcome: Outcome;
}

/** How a placed request ended. */
export interface ReportLine extends ReportedOutcome {
  readonly type: "report";
}

/** Decisions or reports that are missing here, as there was no time to write them. */
export interface DroppedLine {
  readonly type: "dropped";
  readonly count: number;
}

/** A line of a recording, each a JSON object. */
export type RecordingLine = HeaderLine | FleetLine | ChangeLine | SettingLine | DecisionLine | ReportLine | DroppedLine;
