import { setTimeout as delay } from "node:timers/promises";

/** Long enough for a machine that is busy with other work: waiting costs a test that passes nothing. */
const PATIENCE_MS = 90_000;

/** How long and how often to look. */
export interface EventuallyOptions {
  /** What is awaited, for the error. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly pollMs?: number;
}

/** Looks until `condition` gives something truthy, and gives that; throws, naming what was awaited, when the time is over. */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = PATIENCE_MS, pollMs = 25 }: EventuallyOptions,
): Promise<NonNullable<T>> {
  const endsAtMs = performance.now() + timeoutMs;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (performance.now() > endsAtMs) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(pollMs);
  }
}
