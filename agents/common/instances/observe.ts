import { type Driver, isFunctionSource, isStatsSource } from "../driver.js";
import type { ManagedInstance } from "./managed.js";
import type { InstanceProbe, Readiness } from "./probe.js";

/** What observing instances needs. */
export interface ObserveParts {
  readonly driver: Driver;
  readonly probe: InstanceProbe;
  readonly now: () => number;
  /** The driver does not answer: it is not asked, and the instance is judged by its own answers. */
  readonly isImpaired: boolean;
}

/** An instance that has not answered for this long is started anew. */
const SILENCE_LIMIT_MS = 30_000;

/**
 * Looks at one instance that has started: has it exited, does it answer, what does it tell and use. Changes its phase to ready,
 * unhealthy or exited. Never rejects.
 */
export async function observeInstance(parts: ObserveParts, instance: ManagedInstance): Promise<void> {
  if (instance.running === undefined || (instance.phase !== "ready" && instance.phase !== "unhealthy")) return;
  const exited = await exitReason(parts, instance.instanceId);
  if (exited !== undefined) return noteExit(instance, exited);
  const [seen, stats, usage] = await Promise.all([
    parts.probe.readiness(instance.running.httpEndpoint, instance.readyPath),
    readStats(parts, instance),
    readUsage(parts, instance.instanceId),
  ]);
  // The instance may have been told to stop while it was asked.
  if (instance.phase !== "ready" && instance.phase !== "unhealthy") return;
  instance.stats = stats ?? instance.stats;
  instance.usage = usage ?? instance.usage;
  noteAnswer(instance, seen, parts.now());
}

function noteAnswer(instance: ManagedInstance, { isReady, lack }: Readiness, nowMs: number): void {
  instance.lack = lack;
  if (isReady) {
    instance.phase = "ready";
    instance.readyAtMs ??= nowMs;
    instance.readySinceMs ??= nowMs;
    instance.silentSinceMs = undefined;
    return;
  }
  instance.phase = "unhealthy";
  instance.readySinceMs = undefined;
  instance.silentSinceMs ??= nowMs;
  const silentMs = nowMs - instance.silentSinceMs;
  if (silentMs >= SILENCE_LIMIT_MS) noteExit(instance, `it was not ready for ${silentMs} ms: ${lack}`);
}

function noteExit(instance: ManagedInstance, reason: string): void {
  if (instance.phase === "stopping") return;
  instance.phase = "exited";
  instance.lastError = reason;
}

async function exitReason({ driver, isImpaired }: ObserveParts, instanceId: string): Promise<string | undefined> {
  if (isImpaired) return undefined;
  try {
    const inspection = await driver.inspect(instanceId);
    if (inspection.state === "running") return undefined;
    return inspection.state === "exited" ? inspection.reason : "it has vanished";
  } catch {
    // A driver whose engine does not answer says so by its impairment; the instance itself may well be fine.
    return undefined;
  }
}

function readStats({ driver, probe }: ObserveParts, { running, statsPath }: ManagedInstance) {
  if (running === undefined || statsPath === "" || isFunctionSource(driver)) return undefined;
  return probe.stats(running.httpEndpoint, statsPath);
}

function readUsage({ driver, isImpaired }: ObserveParts, instanceId: string) {
  // What is not measured in time is left as it was.
  return isStatsSource(driver) && !isImpaired ? driver.usage(instanceId).catch(() => undefined) : undefined;
}
