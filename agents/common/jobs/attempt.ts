import { setTimeout as delay } from "node:timers/promises";
import type { StageResult } from "../../../proto/gen/straightline/v1/StageResult.js";
import type { StageRun__Output } from "../../../proto/gen/straightline/v1/StageRun.js";
import type { ArtifactStore, JobLogs } from "../../../services/common/bus/index.js";
import { StraightLineError, systemCode } from "../../../services/common/errors/index.js";
import { describeFullDisk, diskFull, hasRoom, STATE_DIRECTORY } from "../disk/index.js";
import type { StageExecutor, StageInspection } from "./executor.js";
import { createLogShipper, type LogShipper } from "./log-shipper.js";
import { NOTHING_SENT, type RunFolder, type RunProgress, readProgress, resetRunFolder, writeProgress } from "./run-folder.js";
import { fetchInputs, readMetrics, storeOutputs } from "./transfer.js";
import { isAway, whileAway } from "./while-away.js";

/** What an attempt needs. */
export interface AttemptParts {
  readonly executor: StageExecutor;
  readonly artifacts: () => Promise<ArtifactStore>;
  readonly logs: () => Promise<JobLogs>;
  readonly stopGraceMs: number;
  readonly now: () => number;
}

/** One attempt at a stage on this node. */
export interface Attempt {
  readonly key: string;
  readonly runId: string;
  readonly run: StageRun__Output;
  readonly folder: RunFolder;
  /** Aborts when nobody wants it any more: the promise rejects then, and the program goes on. */
  readonly signal: AbortSignal;
  /** Of the attempt's own span, for the program. */
  readonly traceparent: string;
  /** The program runs. */
  readonly onRunning: () => Promise<void>;
}

const POLL_MS = 200;
/** After the program's end; a NATS that is away longer costs the end of the log, not the stage. */
const LAST_LOGS_MS = 30_000;

/**
 * Prepares, runs and watches a stage, or goes on watching one that an earlier agent has started. Resolves to how it ended; what failed for a
 * reason of the stage's own is a result, not a rejection.
 */
export async function runAttempt(parts: AttemptParts, attempt: Attempt): Promise<StageResult> {
  try {
    const isResumed = readProgress(attempt.folder) !== undefined;
    if (!isResumed) await begin(parts, attempt);
    await attempt.onRunning();
    return await follow(parts, attempt);
  } catch (error) {
    attempt.signal.throwIfAborted();
    const full = diskFull(error, attempt.folder.path, STATE_DIRECTORY);
    // Another node may well have the room: it is none of the stage's own failures.
    if (full !== undefined) return { state: "ATTEMPT_STATE_LOST", message: full.message };
    return { state: "ATTEMPT_STATE_FAILED", message: describe(error) };
  }
}

async function begin(
  { executor, artifacts, now }: AttemptParts,
  { run, runId, folder, signal, traceparent }: Attempt,
): Promise<void> {
  const stage = run.stage;
  if (stage === null) throw new StraightLineError("INVALID_REQUEST", "the run names no stage");
  await whileAway("BUS_UNAVAILABLE", stage.timeoutMs, signal, async () => {
    await resetRunFolder(folder, stage.outputs);
    await fetchInputs(await artifacts(), run, folder);
  });
  signal.throwIfAborted();
  // Before the start: a program that may have been started is never started twice.
  writeProgress(folder, { startedAtMs: now(), log: NOTHING_SENT });
  await executor.start({
    runId,
    folder,
    command: stage.command,
    image: stage.image,
    environment: { ...stage.environment, ...identityOf(run), TRACEPARENT: traceparent },
    limits: { cpuMillicores: stage.resources?.cpuMillicores ?? 0, memoryBytes: stage.resources?.memoryBytes ?? 0 },
    gpuDevices: run.gpuDevices,
  });
}

function identityOf({ jobId, stage, attempt }: StageRun__Output): Record<string, string> {
  return {
    STRAIGHTLINE_JOB: jobId,
    STRAIGHTLINE_STAGE: stage?.name ?? "",
    STRAIGHTLINE_ATTEMPT: String(attempt),
  };
}

async function follow(parts: AttemptParts, attempt: Attempt): Promise<StageResult> {
  const { key, run, folder, signal } = attempt;
  const { startedAtMs = 0, log = NOTHING_SENT } = readProgress(folder) ?? {};
  const stage = run.stage?.name ?? "";
  const shipper = createLogShipper({ ...parts, runKey: key, stage, attempt: run.attempt, file: folder.log, sent: log });
  const deadlineMs = startedAtMs + (run.stage?.timeoutMs ?? 0);
  for (;;) {
    signal.throwIfAborted();
    const seen = await inspectUntil(parts, attempt, deadlineMs);
    const hasMore = await shipTolerantly(shipper, folder, startedAtMs);
    if (seen.state !== "running") {
      if (hasMore) await shipRest(shipper, folder, startedAtMs, signal);
      return resultOf(parts, attempt, seen);
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

async function inspectUntil(
  { executor, stopGraceMs, now }: AttemptParts,
  { runId, folder, run }: Attempt,
  deadlineMs: number,
): Promise<StageInspection> {
  const seen = await inspectTolerantly(executor, runId, folder);
  if (seen.state !== "running" || now() < deadlineMs) return seen;
  await executor.stop(runId, stopGraceMs).catch((error: unknown) => {
    // Whoever ends the run stops it when the engine is back.
    if (!isAway("ENGINE_UNAVAILABLE", error)) throw error;
  });
  return { state: "exited", code: -1, reason: `took longer than its time of ${(run.stage?.timeoutMs ?? 0) / 1000} s` };
}

/** An engine that does not answer says nothing of its containers: they may well go on without it. */
async function inspectTolerantly(executor: StageExecutor, runId: string, folder: RunFolder): Promise<StageInspection> {
  try {
    return await executor.inspect(runId, folder);
  } catch (error) {
    if (isAway("ENGINE_UNAVAILABLE", error)) return { state: "running" };
    throw error;
  }
}

/** True: there is more to send. */
async function shipTolerantly(shipper: LogShipper, folder: RunFolder, startedAtMs: number): Promise<boolean> {
  const before = shipper.sent();
  try {
    return await shipper.ship();
  } catch (error) {
    if (!isAway("BUS_UNAVAILABLE", error)) throw error;
    return true;
  } finally {
    const log = shipper.sent();
    if (log !== before) writeProgressTolerantly(folder, { startedAtMs, log });
  }
}

/** What has been sent is known here; a later agent that knows less sends some of it twice. */
function writeProgressTolerantly(folder: RunFolder, progress: RunProgress): void {
  try {
    writeProgress(folder, progress);
  } catch (error) {
    if (diskFull(error, folder.path, STATE_DIRECTORY) === undefined) throw error;
  }
}

async function shipRest(shipper: LogShipper, folder: RunFolder, startedAtMs: number, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + LAST_LOGS_MS;
  while (performance.now() < endMs && (await shipTolerantly(shipper, folder, startedAtMs))) {
    await delay(POLL_MS, undefined, { signal });
  }
}

async function resultOf({ artifacts }: AttemptParts, attempt: Attempt, seen: StageInspection): Promise<StageResult> {
  const { run, folder, signal } = attempt;
  if (seen.state === "absent") return { state: "ATTEMPT_STATE_LOST", message: seen.reason };
  if (seen.state === "running" || seen.code !== 0) {
    const reason = seen.state === "exited" ? seen.reason : "";
    const isFull = !(await hasRoom(folder.path));
    return {
      state: "ATTEMPT_STATE_FAILED",
      message: isFull ? `${reason}; ${describeFullDisk(folder.path, STATE_DIRECTORY)}` : reason,
    };
  }
  const metrics = await readMetrics(folder);
  const stored = await whileAway("BUS_UNAVAILABLE", run.stage?.timeoutMs ?? 0, signal, async () => {
    return storeOutputs(await artifacts(), run.stage?.outputs ?? [], folder);
  });
  return { state: "ATTEMPT_STATE_SUCCEEDED", metrics, artifacts: stored };
}

function describe(error: unknown): string {
  if (error instanceof StraightLineError) return error.message;
  return `the node cannot run it (${systemCode(error) ?? "internal error"})`;
}
