import { StraightLineError } from "../../common/errors/index.js";
import { NOT_EXECUTED } from "./slots.js";

/** A request's end: it aborts when time is up or the caller has gone away. */
export interface Deadline {
  /** Its reason is DEADLINE_EXCEEDED or CANCELLED. */
  readonly signal: AbortSignal;
  /** Tells that the work has begun: from now on an abort no longer says "not executed". */
  begin(): void;
  /** The caller has gone away. */
  cancel(): void;
  /** Frees the timer. Every deadline must be cleared. */
  clear(): void;
}

/** Starts a deadline of `timeoutMs` milliseconds from now. */
export function startDeadline(timeoutMs: number): Deadline {
  const controller = new AbortController();
  let begun = false;
  const details = (): object => (begun ? {} : { details: NOT_EXECUTED });
  const expire = (): void => {
    const where = begun ? "while the request was served" : "while the request waited; it was not executed";
    controller.abort(new StraightLineError("DEADLINE_EXCEEDED", `the deadline of ${timeoutMs} ms passed ${where}`, details()));
  };
  const timer = setTimeout(expire, timeoutMs);
  return {
    signal: controller.signal,
    begin: () => {
      begun = true;
    },
    cancel: () => controller.abort(new StraightLineError("CANCELLED", "the caller went away", details())),
    clear: () => clearTimeout(timer),
  };
}
