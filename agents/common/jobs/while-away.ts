import { setTimeout as delay } from "node:timers/promises";
import { StraightLineError } from "../../../services/common/errors/index.js";

/** What comes back by itself: NATS, and the engine of a node's containers. */
export type Away = "BUS_UNAVAILABLE" | "ENGINE_UNAVAILABLE";

const RETRY_MS = 500;

/** Whether an error tells that one of them is away. */
export function isAway(code: Away, error: unknown): boolean {
  return error instanceof StraightLineError && error.code === code;
}

/** Repeats work that fails because something is away, for `timeoutMs` at most. Rejects when the signal aborts; the work is tried once even then. */
export async function whileAway<T>(code: Away, timeoutMs: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(code, error) || performance.now() > endMs) throw error;
    }
    await delay(RETRY_MS, undefined, { signal });
  }
}
