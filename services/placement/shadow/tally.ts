import type { Decision, NodeKind } from "../scheduler/index.js";

/** Where a decision sends a request. */
export type Target = NodeKind | "refused";

/** Requests that the active policy sent one way and the shadow would have sent the same way or another. */
export interface ShadowMove {
  readonly active: Target;
  readonly shadow: Target;
  readonly decisions: number;
  /** Mean predicted response time, milliseconds; 0 where it is refused. */
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
  /** Mean predicted response time over the decisions that both place, milliseconds. */
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
      const sums = moves.get(key) ?? { active: from, shadow: to, decisions: 0, activeMs: 0, shadowMs: 0 };
      moves.set(key, sums);
      sums.decisions += 1;
      sums.activeMs += predictedMs(active);
      sums.shadowMs += predictedMs(shadow);
      if (instanceOf(active) === instanceOf(shadow)) sameInstance += 1;
    },
    figures: () => figuresOf([...moves.values()], sameInstance),
  };
}

function figuresOf(moves: readonly Sums[], sameInstance: number): ShadowFigures {
  const both = moves.filter(({ active, shadow }) => active !== "refused" && shadow !== "refused");
  const sum = (list: readonly Sums[], read: (one: Sums) => number): number => list.reduce((total, one) => total + read(one), 0);
  const placed = Math.max(
    1,
    sum(both, ({ decisions }) => decisions),
  );
  return {
    compared: sum(moves, ({ decisions }) => decisions),
    sameInstance,
    sameKind: sum(
      moves.filter(({ active, shadow }) => active === shadow),
      ({ decisions }) => decisions,
    ),
    activeMs: sum(both, ({ activeMs }) => activeMs) / placed,
    shadowMs: sum(both, ({ shadowMs }) => shadowMs) / placed,
    moves: moves
      .map((one) => ({ ...one, activeMs: one.activeMs / one.decisions, shadowMs: one.shadowMs / one.decisions }))
      .sort((a, b) => b.decisions - a.decisions),
  };
}

function targetOf(decision: Decision): Target {
  return decision.type === "placed" ? decision.candidate.instance.kind : "refused";
}

function instanceOf(decision: Decision): string {
  if (decision.type === "refused") return "";
  const { nodeId, instanceId } = decision.candidate.instance;
  return `${nodeId}/${instanceId}`;
}

function predictedMs(decision: Decision): number {
  if (decision.type === "refused") return 0;
  const { transferMs, waitMs, serviceMs, coldStartMs } = decision.predicted;
  return transferMs + waitMs + serviceMs + coldStartMs;
}
