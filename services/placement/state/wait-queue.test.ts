import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { createWaitQueue, type Waiter } from "./wait-queue.js";

/** A queue over a pool of free slots, with timers that the test fires. */
function setUp(limit = 10) {
  const pool = { slots: 0, attempts: 0 };
  const timers = new Set<() => void>();
  const queue = createWaitQueue<string>(limit, (_delayMs, run) => {
    timers.add(run);
    return () => timers.delete(run);
  });
  const waiter = (name: string, changes: Partial<Waiter<string>> = {}): Waiter<string> => ({
    application: "app",
    group: "",
    sizeBytes: 1,
    deadlineMs: 1000,
    signal: undefined,
    attempt: () => {
      pool.attempts += 1;
      if (pool.slots === 0) return { type: "wait", message: "no slot is free" };
      pool.slots -= 1;
      return { type: "placed", value: name };
    },
    ...changes,
  });
  return { pool, timers, queue, waiter };
}

const withCode = (code: string) => (error: unknown) => error instanceof StraightLineError && error.code === code;

describe("the wait queue", () => {
  it("tells each how many wait from it on", () => {
    const { queue, waiter } = setUp();
    const told: number[] = [];
    for (const name of ["a", "b", "c"]) {
      const attempt = (waitingCount: number) => {
        told.push(waitingCount);
        return { type: "wait", message: "no slot is free" } as const;
      };
      queue.wait(waiter(name, { group: name, attempt })).catch(() => undefined);
    }
    told.length = 0;
    queue.wake("app");
    assert.deepEqual(told, [3, 2, 1]);
  });
  it("serves in the order of coming", async () => {
    const { pool, queue, waiter } = setUp();
    const served: string[] = [];
    const all = ["a", "b", "c"].map((name) => queue.wait(waiter(name)).then((value) => served.push(value)));
    pool.slots = 2;
    queue.wake("app");
    pool.slots = 1;
    queue.wake("app");
    await Promise.all(all);
    assert.deepEqual(served, ["a", "b", "c"]);
    assert.equal(queue.isEmpty("app"), true);
  });

  it("tries a newcomer at once", async () => {
    const { pool, queue, waiter } = setUp();
    pool.slots = 1;
    assert.equal(await queue.wait(waiter("a")), "a");
  });

  it("tries one of each group in a round, not all of a thousand that want the same", () => {
    const { pool, queue, waiter } = setUp(1000);
    for (let i = 0; i < 500; i++) queue.wait(waiter(`w${i}`)).catch(() => undefined);
    pool.attempts = 0;
    queue.wake("app");
    assert.equal(pool.attempts, 1);
    queue.close();
  });

  it("lets a smaller request pass a larger one that does not fit", async () => {
    const { queue, waiter } = setUp();
    const large = queue.wait(waiter("large", { sizeBytes: 100, attempt: () => ({ type: "wait", message: "too large" }) }));
    large.catch(() => undefined);
    const small = waiter("small", { attempt: () => ({ type: "placed", value: "small" }) });
    assert.equal(await queue.wait(small), "small");
    queue.close();
  });

  it("ends a wait at its deadline, with what was missing", async () => {
    const { timers, queue, waiter } = setUp();
    const waiting = [queue.wait(waiter("a")), queue.wait(waiter("not tried itself"))];
    for (const fire of timers) fire();
    for (const each of waiting) {
      await assert.rejects(each, (error) => {
        assert.ok(error instanceof StraightLineError && error.code === "DEADLINE_EXCEEDED");
        assert.match(error.message, /waited 1000 ms in vain: no slot is free/);
        return true;
      });
    }
  });

  it("ends a wait when its caller goes away, and keeps no timer for it", async () => {
    const { timers, queue, waiter } = setUp();
    const caller = new AbortController();
    const waiting = queue.wait(waiter("a", { signal: caller.signal }));
    caller.abort();
    await assert.rejects(waiting, withCode("CANCELLED"));
    assert.equal(timers.size, 0);
  });

  it("refuses beyond its length", async () => {
    const { queue, waiter } = setUp(1);
    queue.wait(waiter("a")).catch(() => undefined);
    await assert.rejects(queue.wait(waiter("b")), withCode("OVERLOADED"));
    queue.close();
  });

  it("ends a wait with what an attempt throws", async () => {
    const { queue, waiter } = setUp();
    const attempt = (): never => {
      throw new StraightLineError("NEVER_FITS", "no");
    };
    await assert.rejects(queue.wait(waiter("a", { attempt })), withCode("NEVER_FITS"));
  });

  it("ends every wait when it closes, and takes no more", async () => {
    const { queue, waiter } = setUp();
    const waiting = queue.wait(waiter("a"));
    queue.close();
    await assert.rejects(waiting, withCode("DRAINING"));
    await assert.rejects(queue.wait(waiter("b")), withCode("DRAINING"));
  });
});
