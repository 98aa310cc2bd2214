import { predictedMs } from "../../common/wire/index.js";
import { kindOf, type Outcome, type RecordedDecision } from "../record/index.js";
import type { NodeKind } from "../scheduler/index.js";

/** Where a decision sends a request. */
export type Target = NodeKind | "refused";

/** Decisions that went one way when recorded and, now, the same or another. */
export interface Move {
  readonly from: Target;
  readonly to: Target;
  readonly decisions: number;
  /** Of them, those whose instance is another. */
  readonly otherInstance: number;
}

/** A decision that comes out differently. */
export interface Difference {
  readonly file: string;
  readonly line: number;
  readonly placementId: string;
  readonly application: string;
  readonly sizeBytes: number;
  readonly recorded: Outcome;
  readonly replayed: Outcome;
}

/** Counts of a replay. */
export interface ReplayTally {
  readonly decisions: number;
  readonly alike: number;
  readonly different: number;
  /** Decisions and reports that the recording had no time for. */
  readonly missing: number;
  /** Decisions by the policy that made them. */
  readonly recordedPolicies: Readonly<Record<string, number>>;
  readonly moves: readonly Move[];
  /** Decisions that place, with a predicted response time, both times. */
  readonly predicted: number;
  /** Means of it over these, milliseconds; 0: there is none. */
  readonly recordedMeanMs: number;
  readonly replayedMeanMs: number;
  /** The first ones. */
  readonly differences: readonly Difference[];
}

/** Counts as a replay goes. */
export interface Tally {
  compared(file: string, recorded: RecordedDecision, replayed: Outcome, isAlike: (a: Outcome, b: Outcome) => boolean): void;
  dropped(count: number): void;
  figures(): ReplayTally;
}

/** An empty tally that keeps so many differences. */
export function createTally(shown: number): Tally {
  const moves = new Map<string, { from: Target; to: Target; decisions: number; otherInstance: number }>();
  const recordedPolicies: Record<string, number> = {};
  const differences: Difference[] = [];
  let [decisions, alike, missing, predicted, recordedMs, replayedMs] = [0, 0, 0, 0, 0, 0];
  const countPredicted = (beforeMs: number | undefined, afterMs: number | undefined): void => {
    if (beforeMs === undefined || afterMs === undefined) return;
    predicted += 1;
    recordedMs += beforeMs;
    replayedMs += afterMs;
  };
  const countMove = (before: Outcome, after: Outcome, from: Target, to: Target): void => {
    const move = moves.get(`${from} ${to}`) ?? { from, to, decisions: 0, otherInstance: 0 };
    move.decisions += 1;
    if (before.type === "placed" && after.type === "placed") {
      if (before.instanceId !== after.instanceId || before.nodeId !== after.nodeId) move.otherInstance += 1;
      countPredicted(predictedMs(before.predicted), predictedMs(after.predicted));
    }
    moves.set(`${from} ${to}`, move);
  };
  return {
    compared(file, recorded, replayed, isAlike) {
      const { outcome, policy, line, placementId, input } = recorded;
      const { application, sizeBytes } = input.request;
      decisions += 1;
      recordedPolicies[policy] = (recordedPolicies[policy] ?? 0) + 1;
      const targetOf = (one: Outcome): Target => kindOf(one, recorded.snapshot) ?? "refused";
      countMove(outcome, replayed, targetOf(outcome), targetOf(replayed));
      if (isAlike(outcome, replayed)) alike += 1;
      else if (differences.length < shown) {
        differences.push({ file, line, placementId, application, sizeBytes, recorded: outcome, replayed });
      }
    },
    dropped(count) {
      missing += count;
    },
    figures: () => ({
      ...{ decisions, alike, different: decisions - alike, missing, recordedPolicies, differences, predicted },
      moves: [...moves.values()].sort((a, b) => b.decisions - a.decisions || (`${a.from}${a.to}` < `${b.from}${b.to}` ? -1 : 1)),
      recordedMeanMs: predicted === 0 ? 0 : recordedMs / predicted,
      replayedMeanMs: predicted === 0 ? 0 : replayedMs / predicted,
    }),
  };
}
