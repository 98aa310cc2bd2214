import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import { jobProgress } from "./job-bar.js";

const SUCCEEDED = { name: "data", state: "JOB_STATE_SUCCEEDED", attempts: [{ finishedAtMs: 5 }] };

function label(second: object): unknown {
  const job = { jobId: "j-1", stages: [SUCCEEDED, { name: "train", message: "", ...second }] };
  return jobProgress(job as unknown as Job__Output, 73_000);
}

test("the bar of a job tells its stages, and the one under way with its time", () => {
  const attempt = { nodeId: "vm-1", startedAtMs: 1000, finishedAtMs: 0 };
  assert.deepEqual(label({ attempts: [attempt] }), { label: "train on vm-1 72s", done: 1, total: 2 });
  assert.deepEqual(label({ attempts: [{ ...attempt, startedAtMs: 99_000 }] }), {
    label: "train on vm-1 0.0s",
    done: 1,
    total: 2,
  });
  const waits = { attempts: [], message: "waits for a vm node to join" };
  assert.deepEqual(label(waits), { label: "train: waits for a vm node to join", done: 1, total: 2 });
  assert.deepEqual(label({ state: "JOB_STATE_SUCCEEDED", attempts: [] }), { label: "j-1", done: 2, total: 2 });
});
