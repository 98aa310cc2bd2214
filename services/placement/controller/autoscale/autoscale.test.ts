import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Implementation } from "../../../../proto/gen/straightline/v1/Implementation.js";
import type { InstanceTelemetry } from "../../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { telemetry, telemetryInstance } from "../../../../test/support/telemetry-builders.js";
import { messageCodec } from "../../../common/wire/index.js";
import type { NodeState } from "../../state/index.js";
import { createAutoscaler } from "./autoscaler.js";
import { createForecast } from "./forecast.js";
import { createRecentPeak } from "./recent-peak.js";
import { slotsFor } from "./size.js";
import { spreadSlots } from "./spread.js";

describe("slots for a demand", () => {
  const plain = { serviceMs: 100, objectiveMs: 0 };
  it("are none for none, and at least one for the least", () => {
    assert.equal(slotsFor({ ...plain, perSecond: 0 }), 0);
    assert.equal(slotsFor({ ...plain, perSecond: 0.01 }), 1);
  });

  it("are never busier than seven tenths, and grow less than the demand does", () => {
    let last = 0;
    for (const perSecond of [1, 10, 50, 100, 500, 1000]) {
      const slots = slotsFor({ ...plain, perSecond });
      assert.ok(slots * 0.7 >= perSecond / 10, `${slots} at ${perSecond}/s`);
      assert.ok(slots > last);
      last = slots;
    }
    assert.ok(slotsFor({ ...plain, perSecond: 1000 }) < 10 * slotsFor({ ...plain, perSecond: 100 }));
  });

  it("leave a wait within the objective, by Erlang's formula: 8 busy wait 0.77 ms for 14 slots and 1.65 ms for 13", () => {
    const demand = { perSecond: 80, serviceMs: 100 };
    assert.equal(slotsFor({ ...demand, objectiveMs: 1000 }), 12, "the bound on utilisation");
    assert.equal(slotsFor({ ...demand, objectiveMs: 101 }), 14);
    assert.equal(slotsFor({ ...demand, objectiveMs: 100.1 }), 17);
  });

  it("are bounded, whatever is asked", () => assert.equal(slotsFor({ perSecond: 1e9, serviceMs: 1e6, objectiveMs: 0 }), 10_000));
});

describe("slots over forms", () => {
  it("fill the first form, then the next, each between its bounds", () => {
    const forms = [
      { kind: "vm" as const, concurrency: 4, min: 1, max: 3 },
      { kind: "container" as const, concurrency: 2, min: 0, max: 2 },
    ];
    const counts = (slots: number) => [...spreadSlots(slots, forms).values()];
    assert.deepEqual([0, 4, 5, 12, 13, 100].map(counts), [
      [1, 0],
      [1, 0],
      [2, 0],
      [3, 0],
      [3, 1],
      [3, 2],
    ]);
  });

  it("count what does not follow the load first", () => {
    const fixed = { kind: "container" as const, concurrency: 4, min: 2, max: 2 };
    const counts = spreadSlots(9, [{ kind: "vm", concurrency: 1, min: 0, max: 9 }, fixed]);
    assert.deepEqual(
      [...counts],
      [
        ["vm", 1],
        ["container", 2],
      ],
    );
  });
});

describe("the forecast", () => {
  it("stays with what stays, goes on with what rises, and is never below none", () => {
    const steady = createForecast();
    const rising = createForecast();
    const falling = createForecast();
    for (let second = 0; second < 30; second++) {
      steady.observe(10, second * 1000);
      rising.observe(second, second * 1000);
      falling.observe(30 - second, second * 1000);
    }
    assert.ok(Math.abs(steady.expected(10_000) - 10) < 0.01);
    assert.ok(Math.abs(rising.expected(5000) - 34) < 2, String(rising.expected(5000)));
    assert.equal(falling.expected(60_000), 0);
  });

  it("is the same for measurements at other intervals", () => {
    const [often, seldom] = [createForecast(), createForecast()];
    for (let ms = 0; ms <= 30_000; ms += 250) often.observe(ms / 1000, ms);
    for (let ms = 0; ms <= 30_000; ms += 1000) seldom.observe(ms / 1000, ms);
    assert.ok(Math.abs(often.expected(5000) - seldom.expected(5000)) < 1.5);
  });
});

it("a recent peak rises at once and falls when its time is over, to the next highest", () => {
  const peak = createRecentPeak(1, 0);
  const taken = [
    [3, 100],
    [5, 200],
    [2, 300],
    [4, 400],
    [1, 1150],
    [1, 1250],
    [1, 1450],
  ].map(([value, atMs]) => peak.take(value as number, atMs as number, 1000));
  assert.deepEqual(taken, [3, 5, 5, 5, 5, 4, 1]);
});

const codec = messageCodec<ApplicationRecord, ApplicationRecord__Output>("ApplicationRecord");

function record(form: Implementation, chosen?: number): ApplicationRecord__Output {
  const kind = "NODE_KIND_VM" as const;
  const implementations = [{ kind, replicas: 1, concurrency: 2, autoscale: { min: 0, max: 8, idleMs: 10_000 }, ...form }];
  const scaled = chosen === undefined ? [] : [{ kind, replicas: chosen }];
  return codec.decode(codec.encode({ spec: { name: "app", implementations }, generation: 1, scaled }));
}

describe("the autoscaler", () => {
  const setUp = () => {
    const clock = { ms: 0 };
    const load = { perSecond: 0, waiting: 0 };
    const scaler = createAutoscaler({ perSecond: () => load.perSecond, waiting: () => load.waiting }, () => clock.ms);
    const sketch = { count: 10, sumMs: 2000, buckets: {} };
    const told = telemetry("n1", "vm", { instances: [telemetryInstance("a", { serviceTime: sketch, coldStart: sketch })] });
    const node: NodeState = {
      ...{ nodeId: "n1", kind: "vm", health: "fresh", ageMs: 0, scheduling: "open" },
      ...{ telemetry: told, reservedSlots: {}, conflict: "" },
    };
    let standing = record({});
    const run = (seconds: number): number | undefined => {
      for (let passed = 0; passed < seconds * 2; passed++) {
        clock.ms += 500;
        const scaled = scaler.scale(standing, [node]);
        if (scaled !== undefined) standing = { ...standing, scaled };
      }
      return standing.scaled[0]?.replicas;
    };
    return { load, run, stand: () => standing };
  };

  it("follows the load up at once, within its bounds, and says why", () => {
    const { load, run, stand } = setUp();
    load.perSecond = 20;
    assert.equal(run(10), 4, "4 busy of 8 slots");
    assert.match(stand().scaled[0]?.reason ?? "", /\/s now, .*\/s expected, 200 ms each: \d+ slots$/);
    load.perSecond = 1000;
    assert.equal(run(10), 8);
  });

  it("is ahead of a load that rises", () => {
    const { load, run } = setUp();
    for (let perSecond = 0; perSecond < 20; perSecond++) {
      load.perSecond = perSecond;
      run(1);
    }
    assert.ok((run(0) ?? 0) >= 4, "as many as 20/s need, before they come");
  });

  it("gives up what was not needed for its idle time, to none where none is allowed", () => {
    const { load, run } = setUp();
    load.perSecond = 20;
    run(10);
    load.perSecond = 0;
    assert.equal(run(9), 4);
    assert.equal(run(1.5), 0, "however high the load was: its tail in the forecast keeps nothing");
  });

  it("starts one for a request that waits", () => {
    const { load, run } = setUp();
    assert.equal(run(30), 0);
    load.waiting = 1;
    assert.equal(run(1), 1);
  });

  it("takes the time that placement holds slots where the workload tells none", () => {
    const scaler = createAutoscaler({ perSecond: () => 10, waiting: () => 0 }, () => 0);
    const told = telemetry("n1", "vm", { instances: [telemetryInstance("a")] });
    const held: NodeState = {
      ...{ nodeId: "n1", kind: "vm", health: "fresh", ageMs: 0, scheduling: "open" },
      ...{ telemetry: told, reservedSlots: { a: 5, b: 9 }, conflict: "" },
    };
    assert.match(scaler.scale(record({}), [held])?.[0]?.reason ?? "", /500 ms each/);
  });

  it("leaves alone what does not follow the load", () => {
    const scaler = createAutoscaler({ perSecond: () => 100, waiting: () => 9 }, () => 0);
    assert.equal(scaler.scale(record({ autoscale: null }), []), undefined);
  });
});

describe("the autoscaler, of functions", () => {
  const kind = "NODE_KIND_SERVERLESS" as const;
  const sketch = (ms: number) => ({ count: 10, sumMs: 10 * ms, buckets: {} });
  const setUp = (changes: Implementation = {}, vm: { readonly slots: number } | undefined = undefined) => {
    const clock = { ms: 0 };
    const load = { perSecond: 0, waiting: 0 };
    const vmSlots = { ready: vm?.slots ?? 0 };
    let writes = 0;
    const scaler = createAutoscaler({ perSecond: () => load.perSecond, waiting: () => load.waiting }, () => clock.ms);
    const node = (nodeId: string, of: "vm" | "serverless", instances: InstanceTelemetry[]): NodeState => ({
      ...{ nodeId, kind: of, health: "fresh", ageMs: 0, scheduling: "open", reservedSlots: {}, conflict: "" },
      telemetry: telemetry(nodeId, of, { instances }),
    });
    const nodes = (): NodeState[] => [
      node("f1", "serverless", [telemetryInstance("f", { serviceTime: sketch(200), coldStart: sketch(300) })]),
      node(
        "n1",
        "vm",
        vmSlots.ready === 0 ? [] : [telemetryInstance("a", { concurrency: vmSlots.ready, serviceTime: sketch(100) })],
      ),
    ];
    const implementations = [
      { kind, replicas: 1, concurrency: 16, keepAliveMs: 10_000, ...changes },
      ...(vm === undefined ? [] : [{ kind: "NODE_KIND_VM" as const, replicas: 1, concurrency: vm.slots }]),
    ];
    let standing = codec.decode(codec.encode({ spec: { name: "app", implementations }, generation: 1 }));
    const run = (seconds: number): number => {
      for (let passed = 0; passed < seconds * 2; passed++) {
        clock.ms += 500;
        const scaled = scaler.scale(standing, nodes());
        if (scaled === undefined) continue;
        writes += 1;
        standing = { ...standing, scaled };
      }
      return standing.scaled.find((form) => form.kind === kind)?.warmWorkers ?? 0;
    };
    return { load, run, vmSlots, writes: () => writes, reason: () => standing.scaled[0]?.reason ?? "" };
  };

  it("keeps the workers warm that arrivals need by Little's law, without being asked for it, and says why", () => {
    const { load, run, reason } = setUp();
    assert.equal(run(10), 0);
    load.perSecond = 20;
    assert.equal(run(60), 7, "4 busy, with a tenth of their time to wait");
    assert.match(reason(), /^20\.0\/s now, [12]\d\.\d\/s expected, 200 ms each: \d+ workers kept warm$/);
  });

  it("is ahead of arrivals that rise", () => {
    const { load, run } = setUp();
    for (let perSecond = 0; perSecond < 18; perSecond++) {
      load.perSecond = perSecond;
      run(1);
    }
    assert.ok(run(0) >= 7, "as many as 20/s need, before they come");
  });

  it("never asks for more than the form may have", () => {
    const { load, run } = setUp({ replicas: 2, concurrency: 3 });
    load.perSecond = 1000;
    assert.equal(run(5), 6);
  });

  it("lets all go when arrivals have ended for as long as an idle worker is kept", () => {
    const { load, run } = setUp();
    load.perSecond = 20;
    run(10);
    load.perSecond = 0;
    assert.ok(run(8) >= 7, "not at once");
    assert.equal(run(3), 0);
  });

  it("takes what instances do not serve: all of it until they are ready, then what is beyond them", () => {
    const { load, run, vmSlots, reason } = setUp({}, { slots: 4 });
    vmSlots.ready = 0;
    load.perSecond = 20;
    assert.ok(run(10) >= 7);
    vmSlots.ready = 4;
    assert.equal(run(30), 0, "4 slots of 100 ms serve 28/s at seven tenths");
    load.perSecond = 48;
    assert.equal(run(60), 7, "20/s are left");
    assert.match(reason(), /, 28\.0\/s served elsewhere, /);
  });

  it("writes no more often than every two seconds, however the load goes", () => {
    const { load, run, writes } = setUp({ concurrency: 1000 });
    for (let step = 0; step < 120; step++) {
      load.perSecond = step % 2 === 0 ? step * 20 : step;
      run(0.5);
    }
    assert.ok(writes() <= 31, `${writes()} writes in a minute`);
    const before = writes();
    load.perSecond = 1000;
    run(60);
    const settled = writes();
    run(60);
    assert.equal(writes(), settled, `${settled - before} writes until a steady load is met, and none after`);
  });
});
