import { StraightLineError } from "../../common/errors/index.js";

/** What ends a request before its answer: its deadline, or the client's leaving. */
export interface RequestScope {
  /** Its reason is a StraightLineError, DEADLINE_EXCEEDED or CANCELLED. */
  readonly signal: AbortSignal;
  /** Time left, milliseconds; undefined while no deadline is known. */
  remainingMs(): number | undefined;
  /** Sets the deadline, from now; the first one stands. */
  setDeadline(deadlineMs: number): void;
  /** The client went away. */
  cancel(): void;
  /** The error that ended the request, if one did. */
  ended(): StraightLineError | undefined;
  /** The work's result, or the error that ended the request first; the work itself goes on. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Frees the timer. */
  close(): void;
}

/** Creates the scope of one request. */
export function createScope(now: () => number): RequestScope {
  const controller = new AbortController();
  let deadlineAtMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    remainingMs: () => (deadlineAtMs === undefined ? undefined : Math.max(0, deadlineAtMs - now())),
    setDeadline(deadlineMs) {
      if (deadlineAtMs !== undefined) return;
      deadlineAtMs = now() + deadlineMs;
      const message = `no answer within the deadline of ${Math.round(deadlineMs)} ms`;
      timer = setTimeout(() => controller.abort(new StraightLineError("DEADLINE_EXCEEDED", message)), deadlineMs);
    },
    cancel: () => controller.abort(new StraightLineError("CANCELLED", "the client went away")),
    ended: () => (controller.signal.aborted ? StraightLineError.from(controller.signal.reason) : undefined),
    race: (work) => raceSignal(work, controller.signal),
    close: () => clearTimeout(timer),
  };
}

function raceSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
