import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pick, seededRandom } from "../../../test/support/scheduler-builders.js";
import { createReservations, type Reservations } from "./reservations.js";

function setUp(): { clock: { ms: number }; expired: string[]; reservations: Reservations } {
  const clock = { ms: 0 };
  const expired: string[] = [];
  return {
    clock,
    expired,
    reservations: createReservations(
      () => clock.ms,
      (id) => expired.push(id),
    ),
  };
}

describe("reservations", () => {
  it("count the slots held on each instance", () => {
    const { reservations } = setUp();
    reservations.reserve("p1", "n/a", 100);
    reservations.reserve("p2", "n/a", 100);
    reservations.reserve("p3", "n/b", 100);
    assert.deepEqual([reservations.count("n/a"), reservations.count("n/b"), reservations.count("n/c")], [2, 1, 0]);
    assert.equal(reservations.total(), 3);
  });

  it("tell since when each slot that is free has not been held", () => {
    const { clock, reservations } = setUp();
    reservations.reserve("p1", "n/a", 100);
    clock.ms = 10;
    reservations.reserve("p2", "n/a", 40);
    clock.ms = 20;
    reservations.release("p1");
    assert.deepEqual(reservations.idleSinceMs("n/a"), [20]);
    clock.ms = 60;
    reservations.sweep();
    assert.deepEqual(reservations.idleSinceMs("n/a"), [60, 20]);
    assert.deepEqual(reservations.idleSinceMs("n/b"), []);
  });

  it("are released once, however often that is asked", () => {
    const { reservations } = setUp();
    reservations.reserve("p1", "n/a", 100);
    reservations.reserve("p2", "n/a", 100);
    assert.deepEqual([reservations.release("p1"), reservations.release("p1")], [true, false]);
    assert.equal(reservations.count("n/a"), 1);
  });

  it("end with their lease when their instance is next looked at", () => {
    const { clock, expired, reservations } = setUp();
    reservations.reserve("short", "n/a", 100);
    reservations.reserve("long", "n/a", 200);
    clock.ms = 99;
    assert.equal(reservations.count("n/a"), 2);
    clock.ms = 100;
    assert.equal(reservations.count("n/a"), 1);
    assert.deepEqual(expired, ["short"]);
  });

  it("that have ended are not released a second time", () => {
    const { clock, expired, reservations } = setUp();
    reservations.reserve("p1", "n/a", 100);
    clock.ms = 150;
    assert.equal(reservations.release("p1"), false);
    assert.equal(reservations.count("n/a"), 0);
    assert.deepEqual(expired, ["p1"]);
  });

  it("end in a sweep where nobody looks", () => {
    const { clock, expired, reservations } = setUp();
    reservations.reserve("p1", "n/a", 100);
    clock.ms = 100;
    reservations.sweep();
    assert.deepEqual([expired, reservations.total()], [["p1"], 0]);
  });

  it("tell the most that was held at once since the last time it was asked", () => {
    const { reservations } = setUp();
    reservations.reserve("p1", "n/a", 100);
    reservations.reserve("p2", "n/a", 100);
    reservations.release("p1");
    assert.equal(reservations.takePeak("n/a"), 2);
    assert.equal(reservations.takePeak("n/a"), 1);
  });

  it("agree with a plain model after any sequence of events, and are never negative", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const { clock, reservations } = setUp();
      const model = new Map<string, { key: string; endMs: number }>();
      for (let step = 0; step < 100; step++) {
        clock.ms += Math.floor(random() * 20);
        const id = `p${Math.floor(random() * 30)}`;
        const key = pick(random, ["n/a", "n/b"]);
        const held = model.get(id);
        const isHeld = held !== undefined && held.endMs > clock.ms;
        if (random() < 0.5 && !isHeld) {
          const leaseMs = 1 + Math.floor(random() * 100);
          // An id that has ended is looked at first, as ids are never used twice in earnest.
          reservations.sweep();
          reservations.reserve(id, key, leaseMs);
          model.set(id, { key, endMs: clock.ms + leaseMs });
        } else {
          assert.equal(reservations.release(id), isHeld, `seed ${seed}, step ${step}`);
          model.delete(id);
        }
        for (const each of ["n/a", "n/b"]) {
          const expected = [...model.values()].filter((entry) => entry.key === each && entry.endMs > clock.ms).length;
          assert.equal(reservations.count(each), expected, `seed ${seed}, step ${step}`);
        }
      }
    }
  });
});
