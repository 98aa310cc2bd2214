import { setTimeout as delay } from "node:timers/promises";

/** Looks every 5 ms until `condition` holds; throws, naming what was awaited, after `timeoutMs`. */
export async function waitFor(condition: () => boolean, what: string, timeoutMs = 5000): Promise<void> {
  const endsAtMs = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > endsAtMs) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(5);
  }
}
