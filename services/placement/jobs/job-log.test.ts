import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StageAttempt__Output } from "../../../proto/gen/straightline/v1/StageAttempt.js";
import type { Logger } from "../../common/observe/index.js";
import { logJob } from "./job-log.js";

const TRACE = { trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331" };

function attempt(state: "ASSIGNED" | "RUNNING" | "FAILED" | "SUCCEEDED", nodeId: string, message = ""): StageAttempt__Output {
  return { nodeId, state: `ATTEMPT_STATE_${state}`, message, startedAtMs: 1, finishedAtMs: 0, gpuDevices: [] };
}

type State = "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED";

/** A job of one stage `train`. */
function job(state: State, stageState: State, attempts: StageAttempt__Output[], message = ""): Job__Output {
  const rest = { metrics: {}, artifacts: {}, notBeforeMs: 0, message };
  return {
    ...{ jobId: "j-1", state: `JOB_STATE_${state}`, submittedAtMs: 0, finishedAtMs: 0, spec: null },
    message: state === "FAILED" ? `train: ${message}` : message,
    traceparent: `00-${TRACE.trace_id}-${TRACE.span_id}-01`,
    stages: [{ ...rest, name: "train", state: `JOB_STATE_${stageState}`, attempts }],
  };
}

/** Level, fields beside the trace and the job, and message of each line. */
function linesOf(before: Job__Output, after: Job__Output): unknown[] {
  const lines: unknown[] = [];
  const line = (level: string) => (fields: object, message: string) => {
    const { trace_id, span_id, job: jobId, ...others } = fields as Record<string, unknown>;
    assert.deepEqual([{ trace_id, span_id }, jobId], [TRACE, "j-1"]);
    lines.push([level, others, message]);
  };
  logJob({ info: line("info"), warn: line("warn") } as unknown as Logger, before, after);
  return lines;
}

test("a line tells which attempt at which stage has come to what, and on which node", () => {
  const begun = job("RUNNING", "RUNNING", [attempt("ASSIGNED", "n1")]);
  const assigned = { stage: "train", node: "n1", attempt: 1, state: "ATTEMPT_STATE_ASSIGNED" };
  assert.deepEqual(linesOf(job("PENDING", "PENDING", []), begun), [
    ["info", assigned, "attempt assigned"],
    ["info", { state: "JOB_STATE_RUNNING" }, "job running"],
  ]);
  assert.deepEqual(linesOf(begun, job("RUNNING", "RUNNING", [attempt("RUNNING", "n1")])), [
    ["info", { ...assigned, state: "ATTEMPT_STATE_RUNNING" }, "attempt running"],
  ]);
});

test("a failed attempt and the next one are two lines, of which the first is a warning", () => {
  const begun = job("RUNNING", "RUNNING", [attempt("RUNNING", "n1")]);
  const again = job("RUNNING", "RUNNING", [attempt("FAILED", "n1", "exit code 1"), attempt("ASSIGNED", "n2")]);
  assert.deepEqual(linesOf(begun, again), [
    ["warn", { stage: "train", node: "n1", attempt: 1, state: "ATTEMPT_STATE_FAILED" }, "attempt failed: exit code 1"],
    ["info", { stage: "train", node: "n2", attempt: 2, state: "ATTEMPT_STATE_ASSIGNED" }, "attempt assigned"],
  ]);
});

test("a stage whose gate refuses it fails with its job, although the attempt has succeeded", () => {
  const begun = job("RUNNING", "RUNNING", [attempt("RUNNING", "n1")]);
  const refused = job("FAILED", "FAILED", [attempt("SUCCEEDED", "n1")], "accuracy 0.5 is below 0.9");
  assert.deepEqual(linesOf(begun, refused), [
    ["info", { stage: "train", node: "n1", attempt: 1, state: "ATTEMPT_STATE_SUCCEEDED" }, "attempt succeeded"],
    ["warn", { stage: "train", state: "JOB_STATE_FAILED" }, "stage failed: accuracy 0.5 is below 0.9"],
    ["warn", { state: "JOB_STATE_FAILED" }, "job failed: train: accuracy 0.5 is below 0.9"],
  ]);
});

test("a stage that finds no node is told of once for each reason", () => {
  const waiting = job("RUNNING", "PENDING", [], "no node has room");
  assert.deepEqual(linesOf(job("RUNNING", "PENDING", []), waiting), [
    ["info", { stage: "train", state: "JOB_STATE_PENDING" }, "stage waits: no node has room"],
  ]);
  assert.deepEqual(linesOf(waiting, waiting), []);
});
