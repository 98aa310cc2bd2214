import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { InstanceTelemetry } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { telemetry, telemetryInstance } from "../../../test/support/telemetry-builders.js";
import type { InstanceView } from "../scheduler/index.js";
import { createFleet, type FleetChange } from "./fleet.js";
import { createReservations } from "./reservations.js";

function setUp() {
  const clock = { ms: 1_000_000 };
  const now = (): number => clock.ms;
  const reservations = createReservations(now, () => undefined);
  const fleet = createFleet(now, { suspectTicks: 3, lostTicks: 10 }, reservations);
  const changes: FleetChange[] = [];
  fleet.onChange((change) => changes.push(change));
  let sequence = 0;
  const hear = (instance: InstanceTelemetry = {}, nodeId = "node-1", instancesUnseen = false) => {
    sequence += 1;
    const instances = [telemetryInstance("a", instance)];
    const snapshot = telemetry(nodeId, "vm", { sequence, instances, instancesUnseen });
    return fleet.accept(`straightline.v1.telemetry.vm.${nodeId}`, snapshot);
  };
  const view = (): InstanceView => {
    const [instance] = fleet.snapshotFor("app").instances;
    assert.ok(instance !== undefined);
    return instance;
  };
  return { clock, reservations, fleet, changes, hear, view };
}

describe("a node's health", () => {
  it("goes from fresh to suspect after 3 ticks and to lost after 10, by the local clock", () => {
    const { clock, fleet, hear } = setUp();
    hear();
    const healthAt = (ageMs: number) => {
      clock.ms = 1_000_000 + ageMs;
      return fleet.node("node-1")?.health;
    };
    assert.deepEqual([3000, 3001, 10_000, 10_001].map(healthAt), ["fresh", "suspect", "suspect", "lost"]);
  });
  it("is told by a sweep when it changes by time alone, once", () => {
    const { clock, fleet, changes, hear } = setUp();
    hear();
    clock.ms += 3001;
    fleet.sweep();
    fleet.sweep();
    assert.deepEqual(
      changes.map(({ type }) => type),
      ["telemetry", "health"],
    );
  });
  it("of a node remembered from an earlier run is suspect until it speaks, lost when it does not", () => {
    const { clock, fleet, hear } = setUp();
    fleet.remember("node-1", "vm", "cordoned");
    assert.equal(fleet.node("node-1")?.health, "suspect");
    clock.ms += 10_001;
    assert.equal(fleet.node("node-1")?.health, "lost");
    hear();
    assert.deepEqual([fleet.node("node-1")?.health, fleet.node("node-1")?.scheduling], ["fresh", "cordoned"]);
  });
  it("ends with the node when that is forgotten: nothing of it is listed or offered, and its agent begins anew", () => {
    const { fleet, changes, hear } = setUp();
    hear();
    fleet.remember("node-1", "vm", "cordoned");
    fleet.forget("node-1");
    fleet.forget("node-1");
    assert.deepEqual([fleet.nodes(), fleet.snapshotFor("app").instances], [[], []]);
    assert.deepEqual(
      changes.map(({ type, applications }) => [type, applications]),
      [
        ["telemetry", ["app"]],
        ["scheduling", ["app"]],
        ["removed", ["app"]],
      ],
    );
    hear();
    assert.deepEqual([fleet.node("node-1")?.scheduling, fleet.snapshotFor("app").instances.length], ["open", 1]);
  });
});

describe("requests on an instance", () => {
  it("are those of others by telemetry and our own reservations", () => {
    const { reservations, hear, view } = setUp();
    hear({ concurrency: 8, inFlight: 3 });
    reservations.reserve("p1", "node-1/a", 60_000);
    assert.equal(view().inFlight, 4);
  });
  it("are not counted twice when telemetry comes to see ours", () => {
    const { reservations, hear, view } = setUp();
    hear({ concurrency: 8, inFlight: 0 });
    reservations.reserve("p1", "node-1/a", 60_000);
    reservations.reserve("p2", "node-1/a", 60_000);
    hear({ concurrency: 8, inFlight: 3 });
    assert.equal(view().inFlight, 3);
  });
  it("of ours that ended just before the telemetry came are not taken for somebody else's", () => {
    const { reservations, hear, view } = setUp();
    hear();
    reservations.reserve("p1", "node-1/a", 60_000);
    reservations.release("p1");
    hear({ inFlight: 1 });
    assert.equal(view().inFlight, 0);
  });
  it("of ours that ended are not taken for somebody else's by a word that is no news", () => {
    const { reservations, hear, view } = setUp();
    hear({ inFlight: 0 });
    reservations.reserve("p1", "node-1/a", 60_000);
    hear({ inFlight: 1 });
    reservations.release("p1");
    for (let beat = 0; beat < 3; beat++) {
      hear({ inFlight: 1 }, "node-1", true);
      assert.equal(view().inFlight, 0);
    }
    hear({ inFlight: 1 });
    assert.equal(view().inFlight, 0, "ours may have been there since the last look");
    hear({ inFlight: 1 });
    assert.equal(view().inFlight, 1);
  });
  it("of a workload that tells nothing are our own", () => {
    const { reservations, hear, view } = setUp();
    hear();
    reservations.reserve("p1", "node-1/a", 60_000);
    assert.equal(view().inFlight, 1);
  });
});

describe("a reported failure", () => {
  it("makes the instance suspect at once, until telemetry a tick later shows it ready", () => {
    const { clock, fleet, hear, view } = setUp();
    hear();
    fleet.markSuspect("node-1", "a");
    assert.equal(view().suspect, true);
    clock.ms += 500;
    hear();
    assert.equal(view().suspect, true);
    clock.ms += 500;
    hear({}, "node-1", true);
    assert.equal(view().suspect, true, "nobody has looked at it since");
    hear({ state: "INSTANCE_STATE_UNHEALTHY" });
    assert.equal(view().suspect, true);
    hear();
    assert.equal(view().suspect, false);
  });
  it("for want of a slot fills the instance until the next telemetry", () => {
    const { fleet, hear, view } = setUp();
    hear();
    fleet.markThrottled("node-1", "a");
    assert.equal(view().throttled, true);
    hear();
    assert.equal(view().throttled, false);
  });
  it("for want of a slot ends when telemetry turns old: it must not block a healthy instance", () => {
    const { clock, fleet, hear, view } = setUp();
    hear();
    fleet.markThrottled("node-1", "a");
    clock.ms += 3001;
    assert.equal(view().throttled, false);
  });
});

describe("a function", () => {
  it("tells for how long its workers are kept, and when those that live were last used", () => {
    const { clock, reservations, hear, view } = setUp();
    const of = { idleWorkers: 2, keepAliveMs: 60_000 };
    hear({ concurrency: 8, function: of });
    assert.deepEqual([view().keepAliveMs, view().idleSinceMs], [60_000, []]);
    for (const id of ["p1", "p2", "p3"]) reservations.reserve(id, "node-1/a", 1000);
    clock.ms += 50;
    for (const id of ["p1", "p2", "p3"]) reservations.release(id);
    clock.ms += 1000;
    hear({ concurrency: 8, function: of });
    assert.deepEqual(view().idleSinceMs, [1_000_050, 1_000_050]);
  });
});

describe("the fleet", () => {
  it("drops what is wrong and keeps what it had", () => {
    const { fleet, hear } = setUp();
    hear();
    const wrong = telemetry("node-2", "vm", { sequence: 9 });
    assert.equal(fleet.accept("straightline.v1.telemetry.vm.node-1", wrong).ok, false);
    assert.equal(fleet.node("node-1")?.telemetry?.sequence, 1);
    assert.equal(fleet.node("node-2"), undefined);
  });
  it("knows an application's instances no more once telemetry leaves them out", () => {
    const { fleet, hear } = setUp();
    hear();
    hear({ application: "other" });
    assert.equal(fleet.snapshotFor("app").instances.length, 0);
    assert.equal(fleet.snapshotFor("other").instances.length, 1);
  });
  it("shows its nodes in order of id, with our slots", () => {
    const { fleet, reservations, hear } = setUp();
    hear({}, "node-2");
    hear({}, "node-1");
    reservations.reserve("p1", "node-2/a", 1000);
    assert.deepEqual(
      fleet.nodes().map(({ nodeId, reservedSlots }) => [nodeId, reservedSlots]),
      [
        ["node-1", {}],
        ["node-2", { a: 1 }],
      ],
    );
  });
});
