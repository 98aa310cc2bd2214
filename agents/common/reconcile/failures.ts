import type { PlannedFailure } from "./plan.js";

/** The failures to fulfil one assignment, since it last stood for a while. */
export interface AssignmentFailure extends PlannedFailure {
  readonly assignment: string;
  readonly application: string;
  /** The instance that failed last. */
  readonly instanceId: string;
  readonly attempts: number;
  /** All of its generation, also before it last stood. */
  readonly total: number;
  /** One sentence. */
  readonly message: string;
}

/** Remembers failures and when to try again. */
export interface FailureLog {
  note(failure: Omit<AssignmentFailure, "attempts" | "total" | "notBeforeMs">): AssignmentFailure;
  /** It stands: the next failure is the first in a row. */
  clear(assignment: string): void;
  /** The last failure of the assignment at the generation, cleared or not. */
  last(assignment: string, generation: number): AssignmentFailure | undefined;
  /** Forgets the last failures of all assignments but these, and of all but their generations. */
  retain(generations: ReadonlyMap<string, number>): void;
  all(): ReadonlyMap<string, AssignmentFailure>;
  /** Milliseconds until the next assignment may be tried again; undefined: none waits. */
  nextTryInMs(): number | undefined;
}

/** The first try comes soon, since most failures are of the moment; then half as often each time, up to once a minute. */
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 60_000;

/** Delay after the n-th failure in a row, n from 1. */
export function retryDelayMs(attempts: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(20, attempts - 1));
}

/** An empty log of failures. Failures of another generation are forgotten by the first of a new one. */
export function createFailureLog(now: () => number): FailureLog {
  const failures = new Map<string, AssignmentFailure>();
  const lasts = new Map<string, AssignmentFailure>();
  const last: FailureLog["last"] = (assignment, generation) => {
    const known = lasts.get(assignment);
    return known?.generation === generation ? known : undefined;
  };
  return {
    note(failure) {
      const before = failures.get(failure.assignment);
      const attempts = before?.generation === failure.generation ? before.attempts + 1 : 1;
      const total = (last(failure.assignment, failure.generation)?.total ?? 0) + 1;
      const noted = { ...failure, attempts, total, notBeforeMs: now() + retryDelayMs(attempts) };
      failures.set(failure.assignment, noted);
      lasts.set(failure.assignment, noted);
      return noted;
    },
    clear: (assignment) => void failures.delete(assignment),
    last,
    retain(generations) {
      for (const [assignment, { generation }] of lasts) {
        if (generations.get(assignment) !== generation) lasts.delete(assignment);
      }
    },
    all: () => failures,
    nextTryInMs() {
      const waits = [...failures.values()].filter(({ permanent }) => !permanent).map(({ notBeforeMs }) => notBeforeMs - now());
      const ahead = waits.filter((waitMs) => waitMs > 0);
      return ahead.length === 0 ? undefined : Math.min(...ahead);
    },
  };
}
