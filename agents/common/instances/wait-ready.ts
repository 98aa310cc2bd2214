import { setTimeout as delay } from "node:timers/promises";
import { StraightLineError } from "../../../services/common/errors/index.js";
import type { Readiness } from "./probe.js";

/** How to wait for something that has been started. */
export interface ReadyWait {
  /** One look. */
  readonly look: () => Promise<Readiness>;
  /** Why it can no longer become ready; undefined while it may. */
  readonly endReason: () => Promise<string | undefined>;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Ends the wait with CANCELLED. */
  readonly signal: AbortSignal;
}

/** The time to ready is part of a cold start, so the first looks come close together. */
const FIRST_POLL_MS = 10;
const MAX_POLL_MS = 200;

/** Resolves when it is ready; rejects with START_FAILED when it has ended or the time is over. */
export async function waitUntilReady({ look, endReason, timeoutMs, now, signal }: ReadyWait): Promise<void> {
  const deadlineMs = now() + timeoutMs;
  let lack = "it has not been asked";
  for (let pollMs = FIRST_POLL_MS; now() < deadlineMs; pollMs = Math.min(MAX_POLL_MS, pollMs * 1.3)) {
    const seen = await look();
    if (seen.isReady) return;
    lack = seen.lack;
    const reason = await endReason();
    if (reason !== undefined) throw new StraightLineError("START_FAILED", reason);
    await cancellable(delay(pollMs), signal);
  }
  throw new StraightLineError("START_FAILED", `not ready after ${timeoutMs} ms: ${lack}`);
}

/** The outcome of `work`, or CANCELLED as soon as the signal aborts; the work itself goes on. */
export function cancellable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new StraightLineError("CANCELLED", "it is to be stopped"));
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", cancel));
  });
}
