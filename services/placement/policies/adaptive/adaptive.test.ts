import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type InputChanges,
  input,
  instance,
  node,
  pick,
  seededRandom,
  shuffled,
  snapshot,
} from "../../../../test/support/scheduler-builders.js";
import { type Decision, decide, type InstanceModel, type InstanceView, type PlacementInput } from "../../scheduler/index.js";
import { adaptive } from "./adaptive.js";

/** An instance that is well known: 50 ms of service, 1 ms of transfer, 1 s of cold start. */
function model(changes: Partial<InstanceModel> = {}): InstanceModel {
  return {
    serviceBaseMs: 50,
    servicePerByteMs: 0,
    serviceMeanMs: 50,
    serviceSpreadRatio: 0.3,
    serviceErrorRatio: 0.02,
    neighbourCpuRatio: 0,
    transferBaseMs: 1,
    transferPerByteMs: 0,
    coldStartMs: 1000,
    coldStartSpreadMs: 200,
    handoverShare: 0,
    recentAnswers: 4000,
    recentColdStarts: 0,
    failureRisk: 0.0001,
    peakResponseMs: 0,
    samples: 100,
    ...changes,
  };
}

type Extra = Partial<Pick<PlacementInput, "seed" | "deadlineMs" | "mayWait" | "waitedMs">> & {
  readonly locality?: Readonly<Record<string, number>>;
};

/** The instance chosen, or why there is none. */
function choice(
  instances: readonly InstanceView[],
  nodes: Parameters<typeof snapshot>[0],
  changes: InputChanges & Extra = {},
): string {
  return chosen(decide(snapshot(nodes, instances), request(changes), adaptive));
}

function chosen(decision: Decision): string {
  return decision.type === "placed" ? decision.candidate.instance.instanceId : decision.refusal.reason;
}

function request({
  locality,
  seed = 1,
  deadlineMs = 10_000,
  mayWait,
  waitedMs,
  ...changes
}: InputChanges & Extra): PlacementInput {
  const base = input(changes);
  return {
    ...base,
    seed,
    deadlineMs,
    ...(mayWait === undefined ? {} : { mayWait }),
    ...(waitedMs === undefined ? {} : { waitedMs }),
    request: { ...base.request, ...(locality === undefined ? {} : { locality }) },
  };
}

const [vm, container, fn] = [node("vm-1", "vm"), node("c-1", "container"), node("fn-1", "serverless")];
const other = node("vm-2", "vm");
const all = [vm, container, fn, other];
/** A function with two idle workers. */
const warm = { concurrency: 10, idleWorkers: 2, liveWorkers: 2, startingWorkers: 0 };
/** One whose workers are all taken, or that has none. */
const cold = { concurrency: 10, idleWorkers: 0, liveWorkers: 0, startingWorkers: 0 };

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
      "an instance on which nothing hangs",
      [
        instance(vm, "a", { concurrency: 4, inFlight: 1, oldestDueAtMs: 999_000, model: model() }),
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
