import type { PlannedFailure } from "./plan.js";

/** The failures to fulfil one assignment, since it last stood for a while. */
export interface AssignmentFailure extends PlannedFailure {
  readonly assignment: string;
  readonly application: string;
  /** The instance that failed last. */
  readonly instanceId: string;
  readonly attempts: number;
  /** One sentence. */
  readonly message: string;
}

/** Remembers failures and when to try again. */
export interface FailureLog {
  note(failure: Omit<AssignmentFailure, "attempts" | "notBeforeMs">): AssignmentFailure;
  clear(assignment: string): void;
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
  return {
    note(failure) {
      const before = failures.get(failure.assignment);
      const attempts = before?.generation === failure.generation ? before.attempts + 1 : 1;
      const noted = { ...failure, attempts, notBeforeMs: now() + retryDelayMs(attempts) };
      failures.set(failure.assignment, noted);
      return noted;
    },
    clear: (assignment) => void failures.delete(assignment),
    all: () => failures,
    nextTryInMs() {
      const waits = [...failures.values()].filter(({ permanent }) => !permanent).map(({ notBeforeMs }) => notBeforeMs - now());
      const ahead = waits.filter((waitMs) => waitMs > 0);
      return ahead.length === 0 ? undefined : Math.min(...ahead);
    },
  };
}
