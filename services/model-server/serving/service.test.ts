import assert from "node:assert/strict";
import { test } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { createMetrics, passThroughTracing } from "../../common/observe/index.js";
import type { Model } from "../models/index.js";
import { type Deadline, startDeadline } from "./deadline.js";
import { createInferenceService, type InferenceCall, type InferenceRequest } from "./service.js";

const CALL: InferenceCall = { id: "", inputs: [], wantedOutputs: [] };

function fakeModel(infer: Model["infer"]): Model {
  const metadata = { name: "m", versions: ["1"], platform: "test", inputs: [], outputs: [] };
  return { metadata, infer, warmUp: () => Promise.resolve(), release: () => Promise.resolve() };
}

/** A service of one slot and no queue whose clock goes on by 5 ms at every look. */
function serviceOf(model: Model) {
  let nowMs = 0;
  const tracing = passThroughTracing();
  const now = (): number => {
    nowMs += 5;
    return nowMs;
  };
  const service = createInferenceService({
    models: new Map([["m", model]]),
    tracing,
    metrics: createMetrics(),
    now,
    slots: { concurrency: 1, queueLimit: 0 },
  });
  const request = (deadline: Deadline): InferenceRequest => ({
    model,
    deadline,
    span: tracing.start("test"),
    read: async () => CALL,
  });
  return { service, request };
}

async function inferOnce(model: Model) {
  const { service, request } = serviceOf(model);
  const deadline = startDeadline(60_000);
  const outcome = await service.infer(request(deadline)).catch((error: unknown) => error);
  deadline.clear();
  return { service, outcome };
}

test("an answer counts as served, with the time that it took", async () => {
  const { service, outcome } = await inferOnce(fakeModel(() => Promise.resolve([])));
  assert.deepEqual(outcome, { outputs: [], serviceMs: 5 });
  const { servedCount, failedCount, inFlight, queued, serviceTime } = service.stats();
  assert.deepEqual([servedCount, failedCount, inFlight, queued, serviceTime.sumMs], [1, 0, 0, 0, 5]);
});

test("a fault of the server counts as failed and frees the slot", async () => {
  const { service, outcome } = await inferOnce(fakeModel(() => Promise.reject(new Error("out of memory"))));
  assert.ok(outcome instanceof StraightLineError && outcome.code === "INTERNAL");
  assert.deepEqual([service.stats().failedCount, service.stats().inFlight], [1, 0]);
});

test("a fault of the client counts as neither", async () => {
  const { service } = await inferOnce(fakeModel(() => Promise.reject(new StraightLineError("INVALID_REQUEST", "no image"))));
  assert.deepEqual([service.stats().servedCount, service.stats().failedCount], [0, 0]);
});

test("a request that finds no room is refused before its body is read", async () => {
  const blocked = fakeModel(() => new Promise(() => {}));
  const { service, request } = serviceOf(blocked);
  const deadline = startDeadline(60_000);
  service.infer(request(deadline)).catch(() => {});
  const read = (): Promise<InferenceCall> => assert.fail("the body was read");
  await assert.rejects(service.infer({ ...request(deadline), read }), { code: "OVERLOADED" });
  deadline.clear();
});

test("a caller that leaves while it waits counts as nothing", async () => {
  const { service, request } = serviceOf(fakeModel(() => Promise.resolve([])));
  const deadline = startDeadline(60_000);
  deadline.cancel();
  await assert.rejects(service.infer(request(deadline)), { code: "CANCELLED", details: { metadata: { executed: "false" } } });
  assert.deepEqual([service.stats().failedCount, service.stats().queued], [0, 0]);
  deadline.clear();
});

test("an unknown model or version is refused with what there is", () => {
  const { service } = serviceOf(fakeModel(() => Promise.resolve([])));
  assert.throws(() => service.model("other", ""), /no model "other"; there is m/);
  assert.throws(() => service.model("m", "7"), /no version "7"; it has 1/);
  assert.equal(service.model("m", "1").metadata.name, "m");
});

test("a deadline that passes says whether the work had begun", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const [waiting, working] = [startDeadline(100), startDeadline(100)];
  working.begin();
  context.mock.timers.tick(100);
  assert.match(String(waiting.signal.reason), /100 ms passed while the request waited/);
  assert.equal(waiting.signal.reason.details.metadata.executed, "false");
  assert.match(String(working.signal.reason), /while the request was served/);
  assert.equal(working.signal.reason.details.metadata, undefined);
});
