import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { telemetry, telemetryInstance } from "../../../test/support/telemetry-builders.js";
import { createFleet } from "./fleet.js";
import { createReservations } from "./reservations.js";

function setUp(nodeIds: readonly string[]) {
  const clock = { ms: 1_000_000 };
  const now = (): number => clock.ms;
  const fleet = createFleet(
    now,
    { suspectTicks: 3, lostTicks: 10 },
    createReservations(now, () => undefined),
  );
  let sequence = 0;
  const tick = (heard: readonly string[] = nodeIds): void => {
    clock.ms += 1000;
    sequence += 1;
    for (const nodeId of heard) {
      const snapshot = telemetry(nodeId, "vm", { sequence, instances: [telemetryInstance(`on-${nodeId}`)] });
      fleet.accept(`straightline.v1.telemetry.vm.${nodeId}`, snapshot);
    }
  };
  const health = () => nodeIds.map((nodeId) => fleet.node(nodeId)?.health);
  for (let at = 0; at < 3; at++) tick();
  return { clock, tick, health };
}

describe("silence", () => {
  it("of one node among others makes it lost", () => {
    const { tick, health } = setUp(["a", "b", "c"]);
    for (let at = 0; at < 11; at++) tick(["a", "b"]);
    assert.deepEqual(health(), ["fresh", "fresh", "lost"]);
  });
  it("of all nodes at once is our own deafness: they are suspect, however long it lasts", () => {
    const { clock, health } = setUp(["a", "b"]);
    clock.ms += 600_000;
    assert.deepEqual(health(), ["suspect", "suspect"]);
  });
  it("that ends for one node does not make the others lost before their time", () => {
    const { clock, tick, health } = setUp(["a", "b"]);
    clock.ms += 60_000;
    tick(["a"]);
    assert.deepEqual(health(), ["fresh", "suspect"]);
    for (let at = 0; at < 11; at++) tick(["a"]);
    assert.deepEqual(health(), ["fresh", "lost"]);
  });
  it("does not bring back a node that was lost before", () => {
    const { clock, tick, health } = setUp(["a", "b", "c"]);
    for (let at = 0; at < 11; at++) tick(["a", "b"]);
    clock.ms += 60_000;
    assert.deepEqual(health(), ["suspect", "suspect", "lost"]);
  });
  it("of the only node that spoke makes it lost: nothing tells the two apart", () => {
    const { clock, health } = setUp(["a"]);
    clock.ms += 10_001;
    assert.deepEqual(health(), ["lost"]);
  });
});
