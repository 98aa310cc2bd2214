import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { JobStage__Output } from "../../../proto/gen/straightline/v1/JobStage.js";
import type { StageAttempt__Output } from "../../../proto/gen/straightline/v1/StageAttempt.js";
import type { StageResult__Output } from "../../../proto/gen/straightline/v1/StageResult.js";
import type { StageStatus__Output } from "../../../proto/gen/straightline/v1/StageStatus.js";
import type { NodeChoice } from "./choose-node.js";
import { gateFault } from "./gates.js";

/** What a job's next step depends on, beside the job. */
export interface JobView {
  readonly nowMs: number;
  /** What the node has told of an attempt. */
  resultOf(nodeId: string, jobId: string, stage: string, attempt: number): StageResult__Output | undefined;
  isLost(nodeId: string): boolean;
  /** Where the next attempt runs; `tried` are the nodes of the earlier ones. */
  place(stage: JobStage__Output, tried: readonly string[]): NodeChoice;
}

/** With every retry and nodes that come and go: beyond this something is wrong that another try does not mend. */
const MAX_ATTEMPTS = 20;
/** An agent that lives says within this time that it has an attempt. */
const TAKE_UP_MS = 60_000;
/** The agent ends an attempt that takes too long; when it does not, the attempt is given up this much later. */
const OVERTIME_MS = 120_000;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;

/** Whether a job has ended. */
export function hasEnded({ state }: Pick<Job__Output, "state">): boolean {
  return state === "JOB_STATE_SUCCEEDED" || state === "JOB_STATE_FAILED" || state === "JOB_STATE_CANCELLED";
}

/** The attempt of a stage that a node has or gets; undefined between two attempts. */
export function activeAttempt({ attempts }: StageStatus__Output): StageAttempt__Output | undefined {
  const last = attempts.at(-1);
  return last !== undefined && last.finishedAtMs === 0 ? last : undefined;
}

/** The job after its next steps; the same object when nothing is to be done now. Pure. */
export function advance(job: Job__Output, view: JobView): Job__Output {
  for (let now = job; ; ) {
    const next = step(now, view);
    if (next === now) return now;
    now = next;
  }
}

/** A job that ends at a user's wish. */
export function cancelled(job: Job__Output, nowMs: number): Job__Output {
  const stages = job.stages.map((status): StageStatus__Output => {
    if (status.state === "JOB_STATE_SUCCEEDED") return status;
    const isActive = activeAttempt(status) !== undefined;
    const ended = isActive ? endAttempt(status, "ATTEMPT_STATE_CANCELLED", "as was asked", nowMs) : status;
    return isActive ? { ...ended, state: "JOB_STATE_CANCELLED", message: "as was asked" } : ended;
  });
  return { ...job, stages, state: "JOB_STATE_CANCELLED", message: "as was asked", finishedAtMs: nowMs };
}

function step(job: Job__Output, view: JobView): Job__Output {
  if (hasEnded(job)) return job;
  const at = job.stages.findIndex(({ state }) => state !== "JOB_STATE_SUCCEEDED");
  const [status, stage] = [job.stages[at], job.spec?.stages[at]];
  if (status === undefined || stage === undefined) {
    return { ...job, state: "JOB_STATE_SUCCEEDED", message: "", finishedAtMs: view.nowMs };
  }
  const next = stepStage(job.jobId, stage, status, view);
  if (next === status) return job;
  const changed = { ...job, stages: job.stages.with(at, next) };
  const hasBegun = at > 0 || next.attempts.length > 0;
  const state = hasBegun ? "JOB_STATE_RUNNING" : "JOB_STATE_PENDING";
  if (next.state !== "JOB_STATE_FAILED") return { ...changed, state, message: next.message };
  return { ...changed, state: "JOB_STATE_FAILED", message: `${stage.name}: ${next.message}`, finishedAtMs: view.nowMs };
}

function stepStage(jobId: string, stage: JobStage__Output, status: StageStatus__Output, view: JobView): StageStatus__Output {
  const attempt = activeAttempt(status);
  if (attempt === undefined) return assign(stage, status, view);
  const result = view.resultOf(attempt.nodeId, jobId, stage.name, status.attempts.length);
  switch (result?.state) {
    case "ATTEMPT_STATE_SUCCEEDED":
      return succeed(stage, status, result, view.nowMs);
    case "ATTEMPT_STATE_FAILED":
      return fail(stage, status, result.message, view.nowMs);
    case "ATTEMPT_STATE_LOST":
      return lose(status, result.message, pauseAfterLoss(status, attempt.nodeId), view.nowMs);
  }
  const silence = silenceOf(stage, attempt, result === undefined, view);
  if (silence !== undefined) return lose(status, silence, 0, view.nowMs);
  if (result?.state === "ATTEMPT_STATE_RUNNING" && attempt.state === "ATTEMPT_STATE_ASSIGNED") {
    return { ...status, attempts: [...status.attempts.slice(0, -1), { ...attempt, state: "ATTEMPT_STATE_RUNNING" }] };
  }
  return status;
}

/** Why nothing more is to be expected of an attempt; undefined: it goes on. */
function silenceOf(
  stage: JobStage__Output,
  { nodeId, startedAtMs }: StageAttempt__Output,
  untold: boolean,
  view: JobView,
): string | undefined {
  const elapsedMs = view.nowMs - startedAtMs;
  if (view.isLost(nodeId)) return `node ${nodeId} was lost`;
  if (untold && elapsedMs > TAKE_UP_MS) return `node ${nodeId} did not take it up within ${TAKE_UP_MS / 1000} s`;
  if (elapsedMs > stage.timeoutMs + TAKE_UP_MS + OVERTIME_MS) return `node ${nodeId} did not end it in time`;
  return undefined;
}

function assign(stage: JobStage__Output, status: StageStatus__Output, view: JobView): StageStatus__Output {
  if (view.nowMs < status.notBeforeMs) return status;
  const choice = view.place(
    stage,
    status.attempts.map(({ nodeId }) => nodeId),
  );
  if (!choice.ok) return status.message === choice.reason ? status : { ...status, message: choice.reason };
  const attempt: StageAttempt__Output = {
    nodeId: choice.nodeId,
    state: "ATTEMPT_STATE_ASSIGNED",
    message: "",
    startedAtMs: view.nowMs,
    finishedAtMs: 0,
    gpuDevices: [...choice.gpuDevices],
  };
  return { ...status, state: "JOB_STATE_RUNNING", message: "", attempts: [...status.attempts, attempt] };
}

function succeed(
  { gates }: JobStage__Output,
  status: StageStatus__Output,
  { metrics, artifacts }: StageResult__Output,
  nowMs: number,
): StageStatus__Output {
  const ended = endAttempt(status, "ATTEMPT_STATE_SUCCEEDED", "", nowMs);
  const fault = gateFault(gates, metrics);
  if (fault !== undefined) return { ...ended, metrics, artifacts, state: "JOB_STATE_FAILED", message: fault };
  return { ...ended, metrics, artifacts, state: "JOB_STATE_SUCCEEDED", message: "" };
}

function fail(stage: JobStage__Output, status: StageStatus__Output, message: string, nowMs: number): StageStatus__Output {
  const ended = endAttempt(status, "ATTEMPT_STATE_FAILED", message, nowMs);
  const failures = ended.attempts.filter(({ state }) => state === "ATTEMPT_STATE_FAILED").length;
  if (failures > stage.retries) {
    const tries = failures === 1 ? "" : ` (attempt ${failures} of ${stage.retries + 1})`;
    return { ...ended, state: "JOB_STATE_FAILED", message: `${message}${tries}` };
  }
  return again(ended, message, pauseMs(failures), nowMs);
}

function lose(status: StageStatus__Output, message: string, delayMs: number, nowMs: number): StageStatus__Output {
  return again(endAttempt(status, "ATTEMPT_STATE_LOST", message, nowMs), message, delayMs, nowMs);
}

/** A node that cannot go on with it, as with a full disk, needs time when the stage comes back to it; another one does not. */
function pauseAfterLoss({ attempts }: StageStatus__Output, nodeId: string): number {
  const before = attempts.filter((one) => one.nodeId === nodeId && one.state === "ATTEMPT_STATE_LOST").length;
  return before === 0 ? 0 : pauseMs(before);
}

/** After the n-th time, n from 1. */
function pauseMs(times: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (times - 1));
}

function again(ended: StageStatus__Output, message: string, delayMs: number, nowMs: number): StageStatus__Output {
  if (ended.attempts.length >= MAX_ATTEMPTS) {
    return { ...ended, state: "JOB_STATE_FAILED", message: `${message} (given up after ${MAX_ATTEMPTS} attempts)` };
  }
  return { ...ended, state: "JOB_STATE_PENDING", message: `tried again: ${message}`, notBeforeMs: nowMs + delayMs };
}

function endAttempt(
  status: StageStatus__Output,
  state: StageAttempt__Output["state"],
  message: string,
  nowMs: number,
): StageStatus__Output {
  const last = status.attempts.at(-1) as StageAttempt__Output;
  return { ...status, attempts: [...status.attempts.slice(0, -1), { ...last, state, message, finishedAtMs: nowMs }] };
}
