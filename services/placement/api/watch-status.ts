import { setTimeout as delay } from "node:timers/promises";
import type { ApplicationStatus } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";

/** What watching one application needs. */
export interface StatusWatch {
  /** Throws when there is no such application. */
  readonly read: () => ApplicationStatus;
  readonly send: (status: ApplicationStatus) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Sooner than a person sees; what happens between two looks is told as one change. */
const LOOK_MS = 100;

/** Sends the status at once and then whenever something of it has changed beside counters, until the signal aborts. */
export async function watchStatus({ read, send, signal }: StatusWatch): Promise<void> {
  let told = "";
  while (!signal.aborted) {
    const status = read();
    const facts = factsOf(status);
    if (facts !== told) await send(status);
    told = facts;
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

function factsOf(status: ApplicationStatus): string {
  const { spec, generation, rollout, rollbackGenerations, implementations, instances, fleetSilentMs } = status;
  const isSilent = Number(fleetSilentMs) > 0;
  const states = (instances ?? []).map(({ nodeId, telemetry }) => [
    nodeId,
    telemetry?.instanceId,
    telemetry?.state,
    telemetry?.lastError,
  ]);
  return JSON.stringify([spec, generation, rollout, rollbackGenerations, implementations, states.sort(), isSilent]);
}
