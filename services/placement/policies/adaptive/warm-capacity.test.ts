import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, choice, cold, fn, model, vm } from "../../../../test/support/adaptive-builders.js";
import { instance } from "../../../../test/support/scheduler-builders.js";

describe("adaptive, while no slot is free that serves at once,", () => {
  const full = instance(vm, "a", { inFlight: 1, slotFreeAtMs: 1_000_010, model: model() });
  const none = instance(fn, "f", { ...cold, model: model() });
  it("lets a request wait in placement, from where it goes to the first slot that is free", () => {
    assert.equal(choice([full], all, { mayWait: true }), "NO_FREE_SLOT");
  });
  it("queues a request in an instance that may not wait in placement", () => {
    assert.equal(choice([full], all), "a");
  });
  it("sends as many ahead as travel while one is served", () => {
    const far = instance(vm, "a", { inFlight: 1, slotFreeAtMs: 1_000_010, model: model({ transferBaseMs: 60 }) });
    assert.equal(choice([far], all, { mayWait: true }), "a");
  });
  it("waits a fiftieth of a start before it starts a worker", () => {
    assert.equal(choice([full, none], all, { mayWait: true, waitedMs: 0 }), "NO_FREE_SLOT");
    assert.equal(choice([full, none], all, { mayWait: true, waitedMs: 30 }), "f");
  });
  it("starts no worker for each request of a burst when starts have been common lately", () => {
    const common = model({ recentAnswers: 4000, recentColdStarts: 100 });
    const starting = { ...cold, inFlight: 3, liveWorkers: 3, startingWorkers: 3, model: common };
    assert.equal(choice([full, instance(fn, "f", starting)], all, { mayWait: true, waitedMs: 300 }), "NO_FREE_SLOT");
  });
  it("starts those that the arrivals need, however common starts are", () => {
    const common = model({ recentAnswers: 4000, recentColdStarts: 100 });
    const starting = { ...cold, inFlight: 3, liveWorkers: 3, startingWorkers: 3, model: common };
    const changes = { mayWait: true, waitedMs: 300, frequency: 200 };
    assert.equal(choice([full, instance(fn, "f", starting)], all, changes), "f");
  });
  it("starts one when the wait has become as long as the start", () => {
    const common = model({ recentAnswers: 4000, recentColdStarts: 100 });
    const starting = { ...cold, inFlight: 3, liveWorkers: 3, startingWorkers: 3, model: common };
    assert.equal(choice([full, instance(fn, "f", starting)], all, { mayWait: true, waitedMs: 1001 }), "f");
  });
});
