import { predictedMs } from "../../common/wire/index.js";
import type { Decision, NodeKind } from "../scheduler/index.js";

/** Where a decision sends a request. */
export type Target = NodeKind | "refused";

/** Requests that the active policy sent one way and the shadow would have sent the same way or another. */
export interface ShadowMove {
  readonly active: Target;
  readonly shadow: Target;
  readonly decisions: number;
  /** Mean predicted response time over those that neither side places without a prediction, milliseconds; 0: there is none, or it is refused. */
  readonly activeMs: number;
  readonly shadowMs: number;
}

/** How a shadow compares with the active policy. */
export interface ShadowFigures {
  readonly compared: number;
  /** Of them, those that go to the same instance, or are refused by both. */
  readonly sameInstance: number;
  /** Of them, those that go to the same kind, or are refused by both. */
  readonly sameKind: number;
  /** Of them, those that both place with a predicted response time. */
  readonly predicted: number;
  /** Means of it over these, milliseconds; 0: there is none. */
  readonly activeMs: number;
  readonly shadowMs: number;
  /** Most frequent first. */
  readonly moves: readonly ShadowMove[];
}

/** Counts pairs of decisions. */
export interface ShadowTally {
  add(active: Decision, shadow: Decision): void;
  figures(): ShadowFigures;
}

interface Sums {
  readonly active: Target;
  readonly shadow: Target;
  decisions: number;
  predicted: number;
  activeMs: number;
  shadowMs: number;
}

/** An empty tally. */
export function createShadowTally(): ShadowTally {
  const moves = new Map<string, Sums>();
  let sameInstance = 0;
  return {
    add(active, shadow) {
      const [from, to] = [targetOf(active), targetOf(shadow)];
      const key = `${from} ${to}`;
      const sums = moves.get(key) ?? { active: from, shadow: to, decisions: 0, predicted: 0, activeMs: 0, shadowMs: 0 };
      moves.set(key, sums);
      sums.decisions += 1;
      addPredicted(sums, expectedMs(active), expectedMs(shadow));
      if (instanceOf(active) === instanceOf(shadow)) sameInstance += 1;
    },
    figures: () => figuresOf([...moves.values()], sameInstance),
  };
}

/** A time that is known on one side alone says nothing of the other. */
function addPredicted(sums: Sums, activeMs: number | undefined, shadowMs: number | undefined): void {
  if (activeMs === undefined || shadowMs === undefined) return;
  sums.predicted += 1;
  sums.activeMs += activeMs;
  sums.shadowMs += shadowMs;
}

function figuresOf(moves: readonly Sums[], sameInstance: number): ShadowFigures {
  const both = moves.filter(({ active, shadow }) => active !== "refused" && shadow !== "refused");
  const sum = (list: readonly Sums[], read: (one: Sums) => number): number => list.reduce((total, one) => total + read(one), 0);
  const predicted = sum(both, (one) => one.predicted);
  return {
    compared: sum(moves, ({ decisions }) => decisions),
    sameInstance,
    sameKind: sum(
      moves.filter(({ active, shadow }) => active === shadow),
      ({ decisions }) => decisions,
    ),
    predicted,
    activeMs: mean(
      sum(both, ({ activeMs }) => activeMs),
      predicted,
    ),
    shadowMs: mean(
      sum(both, ({ shadowMs }) => shadowMs),
      predicted,
    ),
    moves: moves
      .map(({ predicted: count, activeMs, shadowMs, ...one }) => ({
        ...one,
        activeMs: mean(activeMs, count),
        shadowMs: mean(shadowMs, count),
      }))
      .sort((a, b) => b.decisions - a.decisions),
  };
}

function mean(sum: number, count: number): number {
  return count === 0 ? 0 : sum / count;
}

function targetOf(decision: Decision): Target {
  return decision.type === "placed" ? decision.candidate.instance.kind : "refused";
}

function instanceOf(decision: Decision): string {
  if (decision.type === "refused") return "";
  const { nodeId, instanceId } = decision.candidate.instance;
  return `${nodeId}/${instanceId}`;
}

/** 0: refused; undefined: none can be told. */
function expectedMs(decision: Decision): number | undefined {
  return decision.type === "refused" ? 0 : predictedMs(decision.predicted);
}
