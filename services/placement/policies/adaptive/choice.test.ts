import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, choice, cold, container, fn, model, request, vm } from "../../../../test/support/adaptive-builders.js";
import { instance, node, pick, seededRandom, shuffled, snapshot } from "../../../../test/support/scheduler-builders.js";
import { decide, type InstanceView } from "../../scheduler/index.js";
import { adaptive } from "./adaptive.js";

describe("adaptive explores", () => {
  const known = instance(vm, "known", { model: model() });
  const picks = (unknown: InstanceView): number => {
    let count = 0;
    for (let seed = 1; seed <= 1000; seed++) if (choice([known, unknown], all, { seed }) !== "known") count += 1;
    return count;
  };
  it("a form that nothing is known of with about one request in ten", () => {
    const count = picks(instance(container, "new", { model: model({ serviceErrorRatio: 1, samples: 0 }) }));
    assert.ok(count > 60 && count < 140, `${count}`);
  });
  it("a little known instance with one request in two hundred", () => {
    const count = picks(instance(container, "new", { model: model({ serviceBaseMs: 60, serviceErrorRatio: 0.4, samples: 1 }) }));
    assert.ok(count > 0 && count < 15, `${count}`);
  });
  it("never by a cold start, and never where a request may fail", () => {
    const unknown = { serviceErrorRatio: 1, samples: 0 };
    assert.equal(picks(instance(fn, "new", { ...cold, model: model(unknown) })), 0);
    assert.equal(picks(instance(container, "new", { model: model({ ...unknown, failureRisk: 0.05 }) })), 0);
  });
});

describe("adaptive's choice", () => {
  const equals = Array.from({ length: 10 }, (_, at) => instance(vm, `i-${at}`, { concurrency: 4, model: model() }));
  it("among equals is spread evenly by the seed", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      const id = choice(equals, all, { seed });
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    assert.equal(counts.size, 10);
    for (const [id, count] of counts) assert.ok(count > 140 && count < 260, `${id}: ${count}`);
  });
  it("is the same for the same seed, whatever the order of instances", () => {
    const random = seededRandom(5);
    for (let seed = 0; seed < 100; seed++) {
      assert.equal(choice(shuffled(random, equals), all, { seed }), choice(equals, all, { seed }));
    }
  });
  it("out of hundreds looks at a sample, and misses neither a kind with few instances nor a place where data lies", () => {
    const nodes = Array.from({ length: 300 }, (_, at) => node(`c-${at}`, "container"));
    const slow = model({ serviceBaseMs: 100, transferPerByteMs: 0.0001 });
    const many = nodes.map((on, at) => instance(on, `i-${at}`, { concurrency: 4, model: slow }));
    const quick = instance(vm, "quick", { model: model() });
    for (let seed = 0; seed < 50; seed++) {
      assert.equal(choice([...many, quick], [...nodes, vm], { seed }), "quick");
      assert.equal(choice(many, nodes, { seed, sizeBytes: 1_000_000, locality: { "c-77": 1 } }), "i-77");
    }
  });
  it("explains itself: the parts, their sum, and the learned boundaries", () => {
    const instances = [
      instance(vm, "a", { concurrency: 2, model: model({ servicePerByteMs: 0.001 }) }),
      instance(container, "b", { model: model({ serviceBaseMs: 100 }) }),
    ];
    const { trace } = decide(snapshot(all, instances), request({}), adaptive);
    const [first] = trace.candidates;
    assert.ok(first !== undefined);
    const { components, total } = first.score;
    const parts = ["transfer_ms", "wait_ms", "service_ms", "cold_start_ms", "queueing_ms", "doubt_ms", "failing_ms", "price_ms"];
    assert.ok(Math.abs(parts.reduce((sum, name) => sum + (components[name] ?? 0), 0) - total) < 1e-9);
    assert.match(trace.steps.join("\n"), /Learned boundaries: F 60\.00\/s of VM and container slots, D 48\.8 KiB\./);
  });
});

/** An instance in any condition. */
function anyInstance(on: (typeof all)[number], at: number, random: () => number): InstanceView {
  const concurrency = 1 + Math.floor(random() * 3);
  const isFunction = on.kind === "serverless";
  const workers = { idleWorkers: 0, liveWorkers: Math.floor(random() * 3), startingWorkers: pick(random, [0, 1]) };
  return instance(on, `${on.nodeId}-${at}`, {
    concurrency,
    inFlight: Math.floor(random() * (isFunction ? concurrency + 1 : 25)),
    queued: isFunction ? 0 : pick(random, [0, 0, 3]),
    ...(isFunction ? workers : {}),
    model: pick(random, [undefined, model({ serviceBaseMs: 500 * random(), failureRisk: random() ** 4 })]),
    slotFreeAtMs: pick(random, [undefined, 1_000_000 + 500 * (random() - 0.5)]),
    price: { perRequest: random(), perSecond: 0 },
  });
}

it("adaptive, in any situation, takes a candidate that can take the request, or waits where it may", () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = seededRandom(seed);
    const views = all.flatMap((on) => [anyInstance(on, 0, random), anyInstance(on, 1, random)]);
    const mayWait = random() < 0.5;
    const changes = { seed, mayWait, waitedMs: 100 * random(), frequency: 300 * random(), parameters: { priceCap: 0.7 } };
    const decision = decide(snapshot(all, views), request({ ...changes, deadlineMs: 2000 * random() }), adaptive);
    const isAble = ({ kind, inFlight, queued, concurrency, price }: InstanceView): boolean => {
      const room = kind === "serverless" ? 0 : Math.max(0, adaptive.queueDepth - queued);
      return inFlight < concurrency + room && (price?.perRequest ?? 0) <= 0.7;
    };
    if (decision.type === "placed") assert.ok(isAble(decision.candidate.instance), `seed ${seed}`);
    else assert.ok(!views.some(isAble) || (mayWait && decision.refusal.kind === "retryLater"), `seed ${seed}`);
  }
});
