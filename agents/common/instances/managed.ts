import { randomBytes } from "node:crypto";
import type { InstanceStats } from "../../../services/common/wire/index.js";
import type { DriverInstance, InstanceUsage } from "../driver.js";
import type { InstancePhase } from "../reconcile/plan.js";
import type { Workload } from "../workload.js";

/** An instance as the agent manages it. Changed by the reconciler and by observation only. */
export interface ManagedInstance {
  readonly instanceId: string;
  readonly workload: Workload;
  readonly startedAtMs: number;
  /** Whose trace its log lines belong to: its start's, else its deploy's; empty: none. */
  traceparent: string;
  /** Aborts when the instance is to be stopped or the agent ends. */
  readonly cancel: AbortController;
  phase: InstancePhase;
  /** Settles when the start has come to an end, well or not. */
  started: Promise<void>;
  /** What the driver made; absent until it did. */
  running: DriverInstance | undefined;
  readyPath: string;
  /** Empty: the workload tells nothing of itself. */
  statsPath: string;
  /** When the driver was asked, with all that it needs at hand. */
  deployedAtMs: number | undefined;
  readyAtMs: number | undefined;
  /** Since when it has been ready without a break. */
  readySinceMs: number | undefined;
  /** Since when it has not answered; absent while it answers. */
  silentSinceMs: number | undefined;
  stats: InstanceStats | undefined;
  usage: InstanceUsage | undefined;
  /** Failures of its assignment before it. */
  readonly restarts: number;
  /** What it answered last instead of being ready; empty: nothing, or it is. */
  lack: string;
  /** Why this instance failed, or the one before it. */
  lastError: string;
}

/** A new instance of a workload, under an id that no other instance of the fleet has; `failed` are those that it comes after. */
export function newInstance(
  workload: Workload,
  startedAtMs: number,
  failed: { readonly count: number; readonly message: string } = { count: 0, message: "" },
): ManagedInstance {
  const { application, assignment, generation } = workload;
  const replica = assignment.slice(application.length + 1);
  const instanceId = `${application}-${replica}-${generation}-${randomBytes(4).toString("hex")}`;
  return { ...blank(instanceId, workload, startedAtMs), restarts: failed.count, lastError: failed.message };
}

/** An instance that an earlier agent started. It is unhealthy until it answers. */
export function recoveredInstance(workload: Workload, running: DriverInstance): ManagedInstance {
  return { ...blank(running.instanceId, workload, running.startedAtMs), phase: "unhealthy", running };
}

/** The workload with the paths that were found when it was started, for the state file. */
export function rememberedWorkload({ workload, readyPath, statsPath }: ManagedInstance): Workload {
  return { ...workload, readyPath, statsPath };
}

/** Whether it has been ready for as long as its rollout asks. */
export function isAvailable({ phase, readySinceMs, workload }: ManagedInstance, nowMs: number): boolean {
  return phase === "ready" && readySinceMs !== undefined && nowMs - readySinceMs >= workload.minReadyMs;
}

/** Paths of an instance that the agent asks. */
export interface InstancePaths {
  readonly readyPath: string;
  readonly statsPath: string;
}

function blank(instanceId: string, workload: Workload, startedAtMs: number): ManagedInstance {
  return {
    instanceId,
    workload,
    startedAtMs,
    traceparent: workload.traceparent,
    cancel: new AbortController(),
    phase: "starting",
    started: Promise.resolve(),
    running: undefined,
    readyPath: workload.readyPath,
    statsPath: workload.statsPath,
    deployedAtMs: undefined,
    readyAtMs: undefined,
    readySinceMs: undefined,
    silentSinceMs: undefined,
    stats: undefined,
    usage: undefined,
    restarts: 0,
    lack: "",
    lastError: "",
  };
}
