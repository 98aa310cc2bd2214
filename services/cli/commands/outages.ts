import { setTimeout as delay } from "node:timers/promises";
import type { Node__Output } from "../../../proto/gen/straightline/v1/Node.js";
import { StraightLineError } from "../../common/errors/index.js";
import type { PlacementApi } from "../client.js";
import { formatAge } from "../output.js";

const LOOK_EVERY_MS = 1000;
const LOOK_TIMEOUT_MS = 3000;
/** A restart is shorter. */
const TOLD_AFTER_MS = 3000;

/** Until disposed of, says what has stopped answering, once for each outage, and that it is back. */
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

/** What a look has found. */
export interface Trouble {
  readonly of: "placement" | "nodes";
  readonly text: string;
}

/** Tells troubles from what looks find, begun and ended at these milliseconds. */
export function createOutages(tell: (line: string) => void) {
  let awaySinceMs: number | undefined;
  let told: Trouble["of"] | undefined;
  return {
    seen(trouble: Trouble | undefined, beganMs: number, endedMs: number): void {
      if (trouble === undefined) {
        if (told !== undefined) tell(told === "placement" ? "the placement service answers again" : "nodes are heard again");
        [awaySinceMs, told] = [undefined, undefined];
        return;
      }
      awaySinceMs ??= beganMs;
      if (endedMs - awaySinceMs < TOLD_AFTER_MS || told === trouble.of) return;
      told = trouble.of;
      tell(trouble.text);
    },
  };
}

async function troubleOf({ fleet, call }: PlacementApi): Promise<Trouble | undefined> {
  try {
    const text = silenceOf((await call(fleet.listNodes.bind(fleet), {}, { timeoutMs: LOOK_TIMEOUT_MS })).nodes);
    return text === undefined ? undefined : { of: "nodes", text };
  } catch (error) {
    return { of: "placement", text: StraightLineError.from(error).message };
  }
}

/** Where no node is heard any more, what placement shows is old: says so; undefined where one is, and where none is known or all are lost. */
export function silenceOf(nodes: readonly Node__Output[]): string | undefined {
  const living = nodes.filter(({ health, telemetry }) => health !== "NODE_HEALTH_LOST" && telemetry !== null);
  if (living.length === 0 || living.some(({ health }) => health !== "NODE_HEALTH_SUSPECT")) return undefined;
  const age = formatAge(Math.min(...living.map(({ telemetryAgeMs }) => telemetryAgeMs)));
  return `placement has heard no node for ${age}: NATS or the agents do not answer, and what it shows is as old`;
}
