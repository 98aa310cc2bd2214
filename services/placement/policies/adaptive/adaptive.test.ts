import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  all,
  choice,
  cold,
  container,
  type Extra,
  fn,
  model,
  other,
  request,
  vm,
  warm,
} from "../../../../test/support/adaptive-builders.js";
import { type InputChanges, instance, node, snapshot } from "../../../../test/support/scheduler-builders.js";
import { decide, type InstanceView } from "../../scheduler/index.js";
import { adaptive } from "./adaptive.js";

describe("adaptive prefers", () => {
  const cases: [string, InstanceView[], InputChanges & Extra, string][] = [
    [
      "the quicker of two idle instances",
      [instance(vm, "a", { model: model() }), instance(container, "b", { model: model({ serviceBaseMs: 40 }) })],
      {},
      "b",
    ],
    [
      "the one that is cheaper by the byte when there are many",
      [
        instance(vm, "a", { model: model({ serviceBaseMs: 20, servicePerByteMs: 0.001 }) }),
        instance(container, "b", { model: model({ serviceBaseMs: 60, servicePerByteMs: 0.0001 }) }),
      ],
      { sizeBytes: 1_000_000 },
      "b",
    ],
    [
      "the one at which the data lies",
      [
        instance(vm, "a", { model: model({ transferPerByteMs: 0.001 }) }),
        instance(other, "b", { model: model({ transferPerByteMs: 0.001 }) }),
      ],
      { sizeBytes: 100_000, locality: { "vm-2": 0.8 } },
      "b",
    ],
    [
      "a slower idle instance to a long wait at a quick one",
      [
        instance(vm, "a", { inFlight: 1, slotFreeAtMs: 1_000_040, model: model() }),
        instance(container, "b", { model: model({ serviceBaseMs: 80 }) }),
      ],
      {},
      "b",
    ],
    [
      "a short wait behind a warm slot to a cold start",
      [
        instance(vm, "a", { inFlight: 1, slotFreeAtMs: 1_000_030, model: model() }),
        instance(fn, "f", { ...cold, model: model() }),
      ],
      {},
      "a",
    ],
    [
      "a cold start to a wait that is far longer",
      [
        instance(vm, "a", { inFlight: 9, slotFreeAtMs: 1_002_000, model: model() }),
        instance(fn, "f", { ...cold, model: model({ serviceBaseMs: 60 }) }),
      ],
      {},
      "f",
    ],
    [
      "an idle worker to a wait",
      [
        instance(vm, "a", { inFlight: 1, slotFreeAtMs: 1_000_030, model: model() }),
        instance(fn, "f", { ...warm, model: model() }),
      ],
      {},
      "f",
    ],
    [
      "a worker that is nearly ready to one that has yet to start",
      [
        instance(fn, "e", { ...cold, model: model() }),
        instance(fn, "f", {
          ...{ concurrency: 10, idleWorkers: 0, inFlight: 1, liveWorkers: 2 },
          ...{ startingWorkers: 2, workersReadyAtMs: 1_000_100, model: model() },
        }),
      ],
      {},
      "f",
    ],
    [
      "a slower instance to one that fails one request in twenty",
      [
        instance(vm, "a", { model: model({ failureRisk: 0.05 }) }),
        instance(container, "b", { model: model({ serviceBaseMs: 150 }) }),
      ],
      {},
      "b",
    ],
    [
      "the faster instance, though it fails one request in ten, where a failed one is soon sent elsewhere",
      [
        instance(vm, "a", { model: model({ failureRisk: 0.1, failedAfterMs: 50 }) }),
        instance(container, "b", { model: model({ serviceBaseMs: 150 }) }),
      ],
      { isRepeatable: true },
      "a",
    ],
    [
      "a slower instance to one on which the requests of ours end no more, though none is late by much",
      [
        instance(vm, "a", { concurrency: 9, inFlight: 8, dueAtMs: Array(8).fill(999_995), model: model() }),
        instance(container, "b", { model: model({ serviceBaseMs: 90 }) }),
      ],
      {},
      "b",
    ],
    [
      "an instance with one request that is as late",
      [
        instance(vm, "a", { concurrency: 9, inFlight: 1, dueAtMs: [999_995], model: model() }),
        instance(container, "b", { model: model({ serviceBaseMs: 90 }) }),
      ],
      {},
      "a",
    ],
    [
      "an instance on which nothing hangs",
      [
        instance(vm, "a", { concurrency: 4, inFlight: 1, dueAtMs: [999_000], model: model() }),
        instance(container, "b", { model: model({ serviceBaseMs: 90 }) }),
      ],
      {},
      "b",
    ],
    [
      "the surer one when the deadline is near, though it is slower on the mean",
      [
        instance(vm, "a", { model: model({ serviceBaseMs: 60, serviceSpreadRatio: 1.2 }) }),
        instance(container, "b", { model: model({ serviceBaseMs: 80, serviceSpreadRatio: 0.05 }) }),
      ],
      { deadlineMs: 120 },
      "b",
    ],
    [
      "the least risk when no instance can keep the deadline",
      [
        instance(vm, "a", { model: model({ serviceBaseMs: 500 }) }),
        instance(container, "b", { model: model({ serviceBaseMs: 300 }) }),
      ],
      { deadlineMs: 100 },
      "b",
    ],
    [
      "capacity that is paid for to one that is not, when a weight says so",
      [
        instance(vm, "a", { model: model({ serviceBaseMs: 80 }) }),
        instance(fn, "f", { ...warm, price: { perRequest: 0.001, perSecond: 0 }, model: model() }),
      ],
      { parameters: { priceWeight: 100_000 } },
      "a",
    ],
    [
      "anything to an instance over the price cap",
      [
        instance(vm, "a", { model: model({ serviceBaseMs: 800 }) }),
        instance(fn, "f", { ...warm, price: { perRequest: 0.001, perSecond: 0.1 }, model: model() }),
      ],
      { parameters: { priceCap: 0.005 } },
      "a",
    ],
  ];
  for (const [what, instances, changes, expected] of cases) {
    it(what, () => {
      for (let seed = 1; seed <= 20; seed++) assert.equal(choice(instances, all, { ...changes, seed }), expected);
    });
  }

  it("fresh telemetry to old, of equals", () => {
    const [fresh, old] = [node("n-1", "vm", { tickMs: 1000, ageMs: 500 }), node("n-2", "vm", { tickMs: 1000, ageMs: 2900 })];
    const instances = [instance(old, "old", { model: model() }), instance(fresh, "fresh", { model: model() })];
    for (let seed = 1; seed <= 20; seed++) assert.equal(choice(instances, [fresh, old], { seed }), "fresh");
  });
  it("a node whose neighbours leave it the CPU", () => {
    const [busy, calm] = [0.9, 0].map((neighbourCpuRatio, at) => node(`n-${at}`, "vm", { cpuCores: 2, neighbourCpuRatio }));
    assert.ok(busy !== undefined && calm !== undefined);
    const instances = [instance(busy, "busy", { model: model() }), instance(calm, "calm", { model: model() })];
    for (let seed = 1; seed <= 20; seed++) assert.equal(choice(instances, [busy, calm], { seed }), "calm");
  });
  it("refuses when all that could take the request is over the cap", () => {
    const price = { perRequest: 1, perSecond: 0 };
    const decision = decide(
      snapshot(all, [instance(fn, "f", { ...warm, price, model: model() })]),
      request({ parameters: { priceCap: 0.5 }, implementations: [{ kind: "serverless", payloadLimitBytes: 0 }] }),
      adaptive,
    );
    assert.ok(decision.type === "refused");
    assert.deepEqual(decision.refusal, { reason: "OVER_PRICE_CAP", kind: "never" });
  });
});
