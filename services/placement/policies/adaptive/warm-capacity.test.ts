import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, choice, cold, fn, model, other, vm, warm } from "../../../../test/support/adaptive-builders.js";
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
  it("waits a hundredth of a start before it starts a worker", () => {
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
  it("tells a burst by those that wait before f_t does", () => {
    const common = model({ recentAnswers: 4000, recentColdStarts: 100 });
    const starting = { ...cold, inFlight: 3, liveWorkers: 3, startingWorkers: 3, model: common };
    const options = [full, instance(fn, "f", starting)];
    assert.equal(choice(options, all, { mayWait: true, waitedMs: 100, waitingCount: 3 }), "NO_FREE_SLOT");
    assert.equal(choice(options, all, { mayWait: true, waitedMs: 100, waitingCount: 30 }), "f");
  });
  it("sacrifices few requests to a start that they would not live to see", () => {
    const waiting = { mayWait: true, waitedMs: 100, waitingCount: 30, deadlineMs: 500 };
    const withStarts = (recentColdStarts: number) => instance(fn, "f", { ...cold, model: model({ recentColdStarts }) });
    assert.equal(choice([full, withStarts(0)], all, waiting), "f");
    assert.equal(choice([full, withStarts(5)], all, waiting), "NO_FREE_SLOT");
  });
  it("does not wait for a start where workers are handed over", () => {
    const busy = { concurrency: 10, idleWorkers: 0, inFlight: 5, liveWorkers: 5, startingWorkers: 0 };
    const handing = instance(fn, "f", { ...busy, model: model({ handoverShare: 1, recentColdStarts: 100 }) });
    assert.equal(choice([full, handing], all, { mayWait: true, waitedMs: 30 }), "f");
  });
});

describe("adaptive under overload", () => {
  const free = instance(vm, "a", { model: model() });
  const late = { mayWait: true, waitedMs: 900, deadlineMs: 70 };
  it("gives up a request whose wait has made it likelier to be late, for those that wait behind it", () => {
    assert.equal(choice([free], all, { ...late, waitingCount: 2 }), "DEADLINE_TOO_NEAR");
  });
  it("lets it try where nobody waits for the slot", () => {
    assert.equal(choice([free], all, { ...late, waitingCount: 1 }), "a");
  });
  it("lets it try where a slot is free for each that waits", () => {
    const slots = [free, instance(other, "b", { model: model() })];
    assert.notEqual(choice(slots, all, { ...late, waitingCount: 2 }), "DEADLINE_TOO_NEAR");
    assert.equal(choice(slots, all, { ...late, waitingCount: 3 }), "DEADLINE_TOO_NEAR");
  });
  it("lets one try whose deadline was as near from the first", () => {
    assert.equal(choice([free], all, { ...late, waitedMs: 1, waitingCount: 2 }), "a");
  });
});

describe("adaptive, while a slot is free,", () => {
  const idle = instance(fn, "f", { ...warm, model: model({ serviceBaseMs: 90, warmthMs: 40 }) });
  const free = instance(vm, "a", { model: model() });
  const bursts = (peakPerSecond: number) => ({ frequency: 5, peakPerSecond });
  it("keeps a function's worker warm for a burst that VMs and containers could not serve", () => {
    assert.equal(choice([free, idle], all, bursts(200)), "f");
  });
  it("does not where they could", () => {
    assert.equal(choice([free, idle], all, bursts(10)), "a");
  });
  it("does not while as many as the burst needs were in use of late", () => {
    const usedAt = (agoMs: number) => {
      const since = { keepAliveMs: 60_000, idleSinceMs: [1_000_000 - agoMs, 1_000_000 - agoMs] };
      return instance(fn, "f", { ...warm, ...since, model: model({ serviceBaseMs: 90, warmthMs: 40 }) });
    };
    assert.equal(choice([free, usedAt(10_000)], all, bursts(200)), "a");
    assert.equal(choice([free, usedAt(20_000)], all, bursts(200)), "f");
  });
  it("counts the workers of all functions of the application", () => {
    const busy = instance(fn, "g", { concurrency: 60, inFlight: 20, liveWorkers: 20, idleWorkers: 0, model: model() });
    assert.equal(choice([free, idle, busy], all, bursts(200)), "a");
  });
  it("keeps no more warm than the burst needs", () => {
    const used = instance(fn, "f", {
      ...warm,
      inFlight: 20,
      liveWorkers: 30,
      concurrency: 60,
      model: model({ serviceBaseMs: 90, warmthMs: 200 }),
    });
    assert.equal(choice([free, used], all, bursts(200)), "a");
  });
});
