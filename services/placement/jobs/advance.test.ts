import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { JobStage__Output } from "../../../proto/gen/straightline/v1/JobStage.js";
import type { StageResult__Output } from "../../../proto/gen/straightline/v1/StageResult.js";
import { advance, cancelled, type JobView } from "./advance.js";
import { desiredRun } from "./desired-run.js";

const BUNDLE = { digest: `sha256:${"a".repeat(64)}`, sizeBytes: 1 };

function stage(name: string, changes: Partial<JobStage__Output> = {}): JobStage__Output {
  return {
    ...{ name, command: ["x"], image: "", kinds: ["NODE_KIND_VM"], environment: {}, inputs: [], outputs: [], gates: [] },
    ...{ resources: { cpuMillicores: 1000, memoryBytes: 1, gpus: 0 }, retries: 0, timeoutMs: 60_000, ...changes },
  };
}

function job(...stages: JobStage__Output[]): Job__Output {
  return {
    ...{ jobId: "j-1", state: "JOB_STATE_PENDING", message: "", submittedAtMs: 0, finishedAtMs: 0, traceparent: "" },
    spec: { name: "j", source: null, artifacts: {}, stages },
    stages: stages.map(({ name }) => ({
      ...{ name, state: "JOB_STATE_PENDING" as const, message: "", attempts: [], metrics: {}, artifacts: {}, notBeforeMs: 0 },
    })),
  };
}

/** A world in which node n1 (and n2 from the second attempt on) takes everything and has told `results`, by <stage>.<attempt>. */
function view(nowMs: number, results: Record<string, Partial<StageResult__Output>> = {}, lost: string[] = []): JobView {
  return {
    nowMs,
    resultOf(_node, _job, name, attempt) {
      const told = results[`${name}.${attempt}`];
      return told === undefined
        ? undefined
        : { state: "ATTEMPT_STATE_RUNNING", message: "", metrics: {}, artifacts: {}, ...told };
    },
    isLost: (nodeId) => lost.includes(nodeId),
    place: (_stage, tried) => ({ ok: true, nodeId: `n${tried.length + 1}`, gpuDevices: [] }),
  };
}

/** state of the job, then each stage's state and its attempts. */
function written({ state, stages }: Job__Output): string {
  const short = (text: string): string => text.replace(/^(JOB|ATTEMPT)_STATE_/, "").toLowerCase();
  const parts = stages.map(
    (one) => `${short(one.state)}(${one.attempts.map((a) => `${a.nodeId} ${short(a.state)}`).join(", ")})`,
  );
  return [short(state), ...parts].join(" ");
}

const SUCCEEDED = { state: "ATTEMPT_STATE_SUCCEEDED" } as const;
const FAILED = { state: "ATTEMPT_STATE_FAILED", message: "exit code 1" } as const;

test("stages run one after the other, and what one makes is what the next gets", () => {
  const begun = advance(job(stage("data", { outputs: ["set"] }), stage("train", { inputs: ["set"] })), view(1));
  assert.equal(written(begun), "running running(n1 assigned) pending()");
  assert.equal(desiredRun(begun)?.key, "n1.j-1.data.1");
  const running = advance(begun, view(2, { "data.1": {} }));
  assert.equal(written(running), "running running(n1 running) pending()");
  assert.equal(advance(running, view(3, { "data.1": {} })), running, "nothing new: the same object");
  const second = advance(running, view(4, { "data.1": { ...SUCCEEDED, artifacts: { set: BUNDLE } } }));
  assert.equal(written(second), "running succeeded(n1 succeeded) running(n1 assigned)");
  assert.deepEqual(desiredRun(second)?.run.inputs, { set: BUNDLE });
  const done = advance(second, view(5, { "train.1": SUCCEEDED }));
  assert.equal(written(done), "succeeded succeeded(n1 succeeded) succeeded(n1 succeeded)");
  assert.equal(done.finishedAtMs, 5);
  assert.equal(desiredRun(done), undefined);
});

test("a gate that is not passed fails the job at once, naming every metric, without another try", () => {
  const gates = [
    { metric: "accuracy", min: 0.95 },
    { metric: "drop", max: 0.01 },
    { metric: "absent", min: 0 },
  ];
  const begun = advance(job(stage("verify", { gates, retries: 3 })), view(1));
  const ended = advance(begun, view(2, { "verify.1": { ...SUCCEEDED, metrics: { accuracy: 0.9, drop: 0.5 } } }));
  assert.equal(ended.state, "JOB_STATE_FAILED");
  assert.equal(
    ended.message,
    "verify: gate not passed: accuracy is 0.9, must be at least 0.95; drop is 0.5, must be at most 0.01; absent was not written to $STRAIGHTLINE_METRICS",
  );
  const passed = advance(begun, view(2, { "verify.1": { ...SUCCEEDED, metrics: { accuracy: 0.95, drop: 0.01, absent: 0 } } }));
  assert.equal(passed.state, "JOB_STATE_SUCCEEDED");
});

test("a failure is tried again after a pause that doubles, on another node, until the retries are used up", () => {
  let now = advance(job(stage("train", { retries: 2 })), view(0));
  now = advance(now, view(10, { "train.1": FAILED }));
  assert.equal(written(now), "running pending(n1 failed)");
  assert.equal(advance(now, view(1009)), now, "the pause of a second is not over");
  now = advance(now, view(1010));
  assert.equal(written(now), "running running(n1 failed, n2 assigned)");
  now = advance(now, view(2000, { "train.2": FAILED }));
  assert.equal(now.stages[0]?.notBeforeMs, 4000);
  now = advance(advance(now, view(4000)), view(5000, { "train.3": FAILED }));
  assert.equal(written(now), "failed failed(n1 failed, n2 failed, n3 failed)");
  assert.equal(now.message, "train: exit code 1 (attempt 3 of 3)");
});

test("a lost node costs no retry: the stage goes to another node at once", () => {
  const begun = advance(job(stage("train")), view(0));
  const moved = advance(begun, view(10, { "train.1": {} }, ["n1"]));
  assert.equal(written(moved), "running running(n1 lost, n2 assigned)");
  assert.equal(desiredRun(moved)?.key, "n2.j-1.train.2");
});

test("a result that arrived before its node was lost counts", () => {
  const begun = advance(job(stage("train")), view(0));
  assert.equal(advance(begun, view(10, { "train.1": SUCCEEDED }, ["n1"])).state, "JOB_STATE_SUCCEEDED");
});

test("an agent that never answers is given up, and so is one that never ends", () => {
  const begun = advance(job(stage("train")), view(0));
  assert.equal(advance(begun, view(60_000)), begun);
  assert.equal(written(advance(begun, view(60_001))), "running running(n1 lost, n2 assigned)");
  const running = advance(begun, view(1, { "train.1": {} }));
  assert.equal(advance(running, view(240_000, { "train.1": {} })), running);
  assert.equal(written(advance(running, view(240_001, { "train.1": {} }))), "running running(n1 lost, n2 assigned)");
});

test("nodes that are lost again and again end the job after twenty attempts", () => {
  let now = advance(job(stage("train")), view(0));
  for (let attempt = 1; attempt <= 20; attempt++) now = advance(now, view(attempt, {}, [`n${attempt}`]));
  assert.equal(now.state, "JOB_STATE_FAILED");
  assert.equal(now.message, "train: node n20 was lost (given up after 20 attempts)");
});

test("a stage that finds no node waits and says why, once", () => {
  const nowhere: JobView = { ...view(0), place: () => ({ ok: false, reason: "waits for a vm node to join" }) };
  const waiting = advance(job(stage("train")), nowhere);
  assert.equal(waiting.message, "waits for a vm node to join");
  assert.equal(waiting.state, "JOB_STATE_PENDING", "nothing of it has begun");
  assert.equal(advance(waiting, nowhere), waiting);
  assert.equal(written(advance(waiting, view(5))), "running running(n1 assigned)");
});

test("a cancelled job wants nothing run any more, and stays cancelled whatever is told later", () => {
  const ended = cancelled(advance(job(stage("data"), stage("train")), view(0)), 7);
  assert.equal(written(ended), "cancelled cancelled(n1 cancelled) pending()");
  assert.equal(desiredRun(ended), undefined);
  assert.equal(advance(ended, view(8, { "data.1": SUCCEEDED })), ended);
});
