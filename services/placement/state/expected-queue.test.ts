import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReservations } from "./reservations.js";

function setUp(slots: number) {
  const clock = { ms: 0 };
  const reservations = createReservations(
    () => clock.ms,
    () => undefined,
  );
  const place = (id: string, serviceMs: number, coldStartMs = 0): void =>
    reservations.reserve(id, "n/a", 1e6, { delayMs: coldStartMs, coldStartMs, serviceMs, slots });
  const outlook = (foreign = 0) => reservations.outlook("n/a", foreign);
  return { clock, reservations, place, outlook };
}

describe("what requests of ours on an instance are expected to do", () => {
  it("leaves a slot free while there are fewer of them than slots", () => {
    const { place, outlook } = setUp(2);
    place("a", 100);
    assert.deepEqual([outlook()?.slotFreeAtMs, outlook()?.dueAtMs], [0, [100]]);
  });
  it("frees the slot that ends first, then the next for those that wait", () => {
    const { clock, place, outlook } = setUp(2);
    place("a", 100);
    clock.ms = 10;
    place("b", 50);
    assert.equal(outlook()?.slotFreeAtMs, 60);
    place("c", 30);
    assert.equal(outlook()?.slotFreeAtMs, 90);
    place("d", 500);
    assert.equal(outlook()?.slotFreeAtMs, 100);
  });
  it("starts the first that waits when one ends, whenever that was expected", () => {
    const { clock, reservations, place, outlook } = setUp(1);
    place("a", 100);
    place("b", 40);
    assert.equal(outlook()?.slotFreeAtMs, 140);
    clock.ms = 70;
    reservations.release("a");
    assert.deepEqual([outlook()?.slotFreeAtMs, outlook()?.dueAtMs], [110, [110]]);
  });
  it("counts slots that others take", () => {
    const { place, outlook } = setUp(2);
    place("a", 100);
    assert.equal(outlook(1)?.slotFreeAtMs, 100);
  });
  it("tells workers that start for them until those should be ready", () => {
    const { clock, place, outlook } = setUp(4);
    place("a", 50, 1000);
    place("b", 50);
    assert.deepEqual([outlook()?.startingWorkers, outlook()?.workersReadyAtMs], [1, 1000]);
    clock.ms = 1001;
    assert.equal(outlook()?.startingWorkers, 0);
  });
  it("goes on counting a start whose request was served by another worker", () => {
    const { clock, reservations, place, outlook } = setUp(4);
    place("a", 50, 1000);
    clock.ms = 200;
    reservations.release("a");
    assert.deepEqual([outlook()?.startingWorkers, outlook()?.workersReadyAtMs], [1, 1000]);
  });
  it("counts no start of a request that waits for the worker of another", () => {
    const { reservations, outlook } = setUp(4);
    reservations.reserve("a", "n/a", 1e6, { delayMs: 400, coldStartMs: 400, workerStartMs: 0, serviceMs: 50, slots: 4 });
    assert.equal(outlook()?.startingWorkers, 0);
  });
  it("awaits the end of a request from when another ended, as the instance was alive until then", () => {
    const { clock, reservations, place, outlook } = setUp(2);
    place("a", 100);
    place("b", 300);
    clock.ms = 250;
    reservations.release("b");
    assert.deepEqual(outlook()?.dueAtMs, [250]);
  });
  it("goes on awaiting the others when one has given up: that is no sign of life", () => {
    const { clock, reservations, place, outlook } = setUp(2);
    place("a", 100);
    place("b", 300);
    clock.ms = 250;
    reservations.release("b", false);
    assert.deepEqual(outlook()?.dueAtMs, [100]);
  });
  it("is not known where nothing is known of one of them", () => {
    const { reservations, place, outlook } = setUp(1);
    place("a", 100);
    reservations.reserve("b", "n/a", 1e6);
    assert.equal(outlook(), undefined);
  });
});
