import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StageAttempt__Output } from "../../../proto/gen/straightline/v1/StageAttempt.js";
import { series } from "../../../test/support/metric-series.js";
import { createMetrics, METRIC } from "../../common/observe/index.js";
import { createJobMetrics } from "./job-metrics.js";

type State = "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | "PENDING";

/** An attempt that was begun at 1 s and ended at `endS`; 0: not yet. */
function attempt(state: "RUNNING" | "FAILED" | "LOST" | "SUCCEEDED" | "CANCELLED", endS: number): StageAttempt__Output {
  const ends = { startedAtMs: 1000, finishedAtMs: endS * 1000 };
  return { nodeId: "n", state: `ATTEMPT_STATE_${state}`, message: "", gpuDevices: [], ...ends };
}

/** A job `digits` of one stage `train`, submitted at 0. */
function job(state: State, attempts: StageAttempt__Output[] = [], finishedS = 0, notBeforeS = 0): Job__Output {
  const common = { message: "", metrics: {}, artifacts: {}, notBeforeMs: notBeforeS * 1000 };
  const stageState = attempts.at(-1)?.finishedAtMs === 0 ? ("JOB_STATE_RUNNING" as const) : ("JOB_STATE_PENDING" as const);
  return {
    ...{ jobId: "digits-1", state: `JOB_STATE_${state}`, message: "", submittedAtMs: 0, traceparent: "" },
    ...{ finishedAtMs: finishedS * 1000, spec: { name: "digits", source: null, artifacts: {}, stages: [] } },
    stages: [{ ...common, name: "train", state: state === "SUCCEEDED" ? "JOB_STATE_SUCCEEDED" : stageState, attempts }],
  };
}

test("each end of an attempt, each retry and each end of a job is counted once, whatever was written in between", () => {
  const metrics = createMetrics();
  const count = createJobMetrics(metrics, { entries: new Map() }, () => 0);
  assert.deepEqual(series(metrics, METRIC.jobsFinished), { succeeded: 0, failed: 0, cancelled: 0 }, "known from the start");
  const history = [
    job("PENDING"),
    job("RUNNING", [attempt("RUNNING", 0)]),
    job("RUNNING", [attempt("FAILED", 3)]),
    job("RUNNING", [attempt("FAILED", 3), attempt("RUNNING", 0)]),
    // A lost node and its replacement are one write.
    job("RUNNING", [attempt("FAILED", 3), attempt("LOST", 4), attempt("RUNNING", 0)]),
    job("SUCCEEDED", [attempt("FAILED", 3), attempt("LOST", 4), attempt("SUCCEEDED", 6)], 6),
  ];
  for (const [at, after] of history.slice(1).entries()) count(history[at] as Job__Output, after);
  assert.deepEqual(series(metrics, METRIC.jobAttemptDuration), {
    "digits/train/failed": [1, 2],
    "digits/train/lost": [1, 3],
    "digits/train/succeeded": [1, 5],
  });
  assert.deepEqual(series(metrics, METRIC.jobRetries), { "digits/train/failed": 1, "digits/train/lost": 1 });
  assert.deepEqual(series(metrics, METRIC.jobDuration), { "digits/succeeded": [1, 6] });
  assert.deepEqual(series(metrics, METRIC.jobsFinished), { succeeded: 1, failed: 0, cancelled: 0 });
});

test("jobs are shown by state, and those that wait for a node apart", () => {
  const metrics = createMetrics();
  const all = [
    job("PENDING"),
    job("RUNNING", [attempt("RUNNING", 0)]),
    job("RUNNING", [attempt("FAILED", 9)], 0, 11),
    job("RUNNING", [attempt("FAILED", 5)], 0, 6),
    job("FAILED", [attempt("FAILED", 3)], 3),
  ];
  const entries = new Map(all.map((value, at) => [String(at), { key: String(at), value, revision: 1 }]));
  createJobMetrics(metrics, { entries }, () => 10_000);
  assert.deepEqual(series(metrics, METRIC.jobs), { pending: 1, running: 3, succeeded: 0, failed: 1, cancelled: 0 });
  assert.deepEqual(series(metrics, METRIC.jobsWaiting), { "": 2 }, "the first and the fourth");
});
