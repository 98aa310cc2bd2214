import { setTimeout as delay } from "node:timers/promises";
import { type ErrorCode, StraightLineError } from "../../common/errors/index.js";
import type { PlacementApi } from "../client.js";

const LOOK_EVERY_MS = 1000;
const LOOK_TIMEOUT_MS = 3000;
/** A restart is shorter. */
const TOLD_AFTER_MS = 3000;

/** With any other code somebody has answered. */
const UNANSWERED: readonly ErrorCode[] = ["PLACEMENT_UNAVAILABLE", "DEADLINE_EXCEEDED"];

/** Until disposed of, says that placement has stopped answering, once for each outage, and that it is back. */
export function tellOutages(api: PlacementApi, tell: (line: string) => void): Disposable {
  const ending = new AbortController();
  void look(api, tell, ending.signal);
  return { [Symbol.dispose]: () => ending.abort() };
}

async function look(api: PlacementApi, tell: (line: string) => void, signal: AbortSignal): Promise<void> {
  const outages = createOutages(tell);
  while (!signal.aborted) {
    const beganMs = performance.now();
    const trouble = await troubleOf(api);
    if (signal.aborted) return;
    outages.seen(trouble, beganMs, performance.now());
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Tells outages from what looks find, begun and ended at these milliseconds: a trouble, or undefined. */
export function createOutages(tell: (line: string) => void) {
  let awaySinceMs: number | undefined;
  let told = false;
  return {
    seen(trouble: string | undefined, beganMs: number, endedMs: number): void {
      if (trouble === undefined) {
        if (told) tell("the placement service answers again");
        [awaySinceMs, told] = [undefined, false];
        return;
      }
      awaySinceMs ??= beganMs;
      if (told || endedMs - awaySinceMs < TOLD_AFTER_MS) return;
      told = true;
      tell(trouble);
    },
  };
}

/** What keeps placement from answering its health check; undefined: it answers. */
export async function troubleOf({ health, call }: Pick<PlacementApi, "health" | "call">): Promise<string | undefined> {
  try {
    await call(health, { service: "" }, { timeoutMs: LOOK_TIMEOUT_MS });
    return undefined;
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    return UNANSWERED.includes(code) ? message : undefined;
  }
}
