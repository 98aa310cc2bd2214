import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LeaseRecord, LeaseRecord__Output } from "../../../proto/gen/straightline/v1/LeaseRecord.js";
import type { Bucket, Entry } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import { createLogger } from "../../common/observe/index.js";
import { holdLease } from "./lease.js";

const TTL_MS = 3000;

/** A bucket in memory, and replicas whose clocks and timers the test moves. */
function setUp() {
  let entry: Entry<LeaseRecord__Output> | undefined;
  const bus = { isAway: false, answers: Promise.resolve() };
  const write = async (value: LeaseRecord, revision: number | undefined): Promise<number> => {
    if (bus.isAway) throw new StraightLineError("BUS_UNAVAILABLE", "away");
    if (entry?.revision !== revision) throw new StraightLineError("CONFLICT", "changed");
    entry = { key: "controller", value: value as LeaseRecord__Output, revision: (revision ?? 0) + 1 };
    const { revision: written } = entry;
    await bus.answers;
    return written;
  };
  const bucket: Pick<Bucket<LeaseRecord, LeaseRecord__Output>, "get" | "create" | "update"> = {
    get: async () => {
      if (bus.isAway) throw new StraightLineError("BUS_UNAVAILABLE", "away");
      return entry;
    },
    create: (_key, value) => write(value, undefined),
    update: (_key, value, revision) => write(value, revision),
  };
  const replica = (holder: string, skewMs: number) => {
    const clock = { ms: skewMs };
    const due = new Set<{ atMs: number; run: () => void }>();
    const warnings: string[] = [];
    const seen = { heldCount: 0 };
    const silent = createLogger("test", "silent");
    const lease = holdLease({
      bucket: bucket as Bucket<LeaseRecord, LeaseRecord__Output>,
      key: "controller",
      holder,
      ttlMs: TTL_MS,
      now: () => clock.ms,
      schedule: (delayMs, run) => {
        const timer = { atMs: clock.ms + delayMs, run };
        due.add(timer);
        return () => due.delete(timer);
      },
      log: Object.assign(silent, { warn: (_fields: unknown, message: string) => warnings.push(message) }),
      onHeld: () => (seen.heldCount += 1),
    });
    return {
      lease,
      warnings,
      seen,
      async pass(ms: number) {
        for (let left = ms; left > 0; left -= 100) {
          clock.ms += 100;
          for (const timer of [...due].filter(({ atMs }) => atMs <= clock.ms)) {
            if (!due.delete(timer)) continue;
            timer.run();
            await new Promise((resolve) => setImmediate(resolve));
          }
        }
      },
    };
  };
  return { replica, bus };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the lease", () => {
  it("goes to one of two whose clocks differ by an hour, and stays with it", async () => {
    const { replica } = setUp();
    const [a, b] = [replica("a", 0), replica("b", 3_600_000)];
    await settled();
    for (let step = 0; step < 50; step++) {
      await a.pass(500);
      await b.pass(500);
      assert.deepEqual([a.lease.isHeld(), b.lease.isHeld()], [true, false]);
    }
  });

  it("goes to the other once its holder is silent for its length, and the holder gives up before", async () => {
    const { replica } = setUp();
    const [a, b] = [replica("a", 0), replica("b", 0)];
    await settled();
    await b.pass(1000);
    assert.equal(a.lease.isHeld(), true);
    await b.pass(2000);
    assert.equal(b.lease.isHeld(), false);
    await b.pass(3000);
    assert.equal(b.lease.isHeld(), true);
    await a.pass(5000);
    assert.deepEqual([a.lease.isHeld(), b.lease.isHeld()], [false, true]);
    assert.equal(a.warnings.length, 1);
    assert.match(a.warnings[0] ?? "", /^no longer runs the controller: its lease was written by another/);
    assert.deepEqual(b.warnings, []);
  });

  it("is not held while NATS is away for longer than its length, and comes back with it", async () => {
    const { replica, bus } = setUp();
    const a = replica("a", 0);
    await settled();
    bus.isAway = true;
    await a.pass(2000);
    assert.equal(a.lease.isHeld(), true);
    assert.deepEqual(a.warnings, []);
    await a.pass(1000);
    assert.equal(a.lease.isHeld(), false);
    const lost = ["no longer runs the controller: its lease could not be renewed: away"];
    assert.deepEqual(a.warnings, lost, "at once, though nobody else has it");
    await a.pass(5000);
    assert.deepEqual(a.warnings, lost, "once");
    bus.isAway = false;
    await a.pass(1100);
    assert.equal(a.lease.isHeld(), true);
  });

  it("is told again when a renewal is answered after its end, and lost again after that", async () => {
    const { replica, bus } = setUp();
    const a = replica("a", 0);
    await settled();
    let answer: () => void = () => undefined;
    bus.answers = new Promise((resolve) => (answer = resolve));
    await a.pass(3500);
    assert.equal(a.lease.isHeld(), false);
    const late = "no longer runs the controller: its lease was not renewed in time";
    assert.deepEqual(a.warnings, [late]);
    answer();
    await settled();
    assert.deepEqual([a.lease.isHeld(), a.seen.heldCount], [true, 2], "counted from before the renewal");
    bus.isAway = true;
    await a.pass(5000);
    assert.deepEqual(a.warnings, [late, "no longer runs the controller: its lease could not be renewed: away"]);
  });

  it("is given up at once when its holder stops", async () => {
    const { replica } = setUp();
    const [a, b] = [replica("a", 0), replica("b", 0)];
    await settled();
    await a.lease.release();
    assert.equal(a.lease.isHeld(), false);
    await a.pass(5000);
    assert.deepEqual(a.warnings, []);
    await b.pass(1100);
    assert.equal(b.lease.isHeld(), true);
  });
});
