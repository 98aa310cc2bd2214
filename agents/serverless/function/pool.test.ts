import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorkerPool, type PoolOptions, type PoolWorker } from "./pool.js";

interface TestWorker extends PoolWorker {
  readonly number: number;
  ended: boolean;
}

/** A pool whose workers start when the test says so. */
function testPool(changes: Partial<PoolOptions<TestWorker>> = {}) {
  const started: ((outcome: "ready" | Error) => void)[] = [];
  let number = 0;
  const startWorker = (): Promise<TestWorker> =>
    new Promise((resolve, reject) => {
      number += 1;
      const worker: TestWorker = {
        number,
        ended: false,
        hasEnded: () => worker.ended,
        stop() {
          worker.ended = true;
          return Promise.resolve();
        },
      };
      started.push((outcome) => (outcome === "ready" ? resolve(worker) : reject(outcome)));
    });
  const options = { limit: 2, keepAliveMs: 1000, startWorker, now: () => 0, onChange: () => undefined };
  const pool = createWorkerPool<TestWorker>({ ...options, ...changes });
  const acquire = (signal = new AbortController().signal) => pool.acquire("", signal);
  return { pool, acquire, started, finish: (at: number, outcome: "ready" | Error = "ready") => started[at]?.(outcome) };
}

test("as many workers are started as requests wait, and one request more than the limit is refused", async () => {
  const { pool, acquire, started, finish } = testPool();
  const [one, two] = [acquire(), acquire()];
  assert.equal(started.length, 2);
  await assert.rejects(acquire(), { code: "NO_CAPACITY" });
  finish(0);
  finish(1);
  assert.deepEqual([(await one).worker.number, (await two).worker.number], [1, 2]);
  assert.deepEqual(pool.counts(), { idle: 0, busy: 2, starting: 0, waiting: 0 });
  await assert.rejects(acquire(), { code: "NO_CAPACITY" });
});

test("a request that was given a freed worker leaves the one it asked for to the next", async () => {
  const { pool, acquire, finish, started } = testPool();
  const first = acquire();
  finish(0);
  const lease = await first;
  assert.equal(lease.coldStartMs, 0);
  const second = acquire();
  lease.release();
  assert.equal((await second).coldStartMs, undefined, "a warm worker");
  finish(1);
  const third = await acquire();
  assert.equal(third.worker.number, 2);
  assert.equal(started.length, 2);
  assert.equal(pool.counts().busy, 2);
});

test("a worker that does not start costs one request, not all that wait", async () => {
  const { acquire, finish, started } = testPool();
  const [one, two] = [acquire(), acquire()];
  finish(0, new Error("no"));
  await assert.rejects(one, /no/);
  assert.equal(started.length, 2, "no start without end");
  finish(1);
  assert.equal((await two).worker.number, 2);
});

test("a request that waits for a busy worker survives a failed start", async () => {
  const { acquire, finish } = testPool();
  const first = acquire();
  finish(0);
  const lease = await first;
  const second = acquire();
  finish(1, new Error("no"));
  await new Promise(setImmediate);
  lease.release();
  assert.equal((await second).worker.number, 1);
});

test("a request that gives up waiting leaves its place", async () => {
  const { pool, acquire, finish } = testPool();
  const leaving = new AbortController();
  const waiting = acquire(leaving.signal);
  leaving.abort(new Error("gone"));
  await assert.rejects(waiting, /gone/);
  assert.equal(pool.counts().waiting, 0);
  finish(0);
  await new Promise(setImmediate);
  assert.equal(pool.counts().idle, 1, "the worker is there for the next");
  await pool.close(0);
});

test("a discarded worker is ended, and one that waits gets a new one", async () => {
  const { acquire, finish, started } = testPool({ limit: 1 });
  const first = acquire();
  finish(0);
  const lease = await first;
  lease.discard();
  lease.discard();
  assert.ok(lease.worker.ended);
  const second = acquire();
  finish(1);
  assert.equal((await second).worker.number, 2);
  assert.equal(started.length, 2);
});

test("an idle worker that has ended by itself is not given out", async () => {
  const { pool, acquire, finish } = testPool();
  const first = acquire();
  finish(0);
  const lease = await first;
  lease.release();
  lease.worker.ended = true;
  const second = acquire();
  finish(1);
  assert.equal((await second).worker.number, 2);
  await pool.close(0);
});

test("an idle worker is ended after its keep-alive, counted from its last request", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { pool, acquire, finish } = testPool();
  const first = acquire();
  finish(0);
  const lease = await first;
  lease.release();
  t.mock.timers.tick(999);
  const again = await acquire();
  again.release();
  t.mock.timers.tick(999);
  assert.equal(pool.counts().idle, 1);
  t.mock.timers.tick(1);
  assert.equal(pool.counts().idle, 0);
  assert.ok(lease.worker.ended);
});

test("as many workers as are to be kept warm are started before any request, busy ones counted, and at most the limit", async () => {
  const { pool, acquire, started, finish } = testPool({ limit: 3 });
  const first = acquire();
  finish(0);
  const lease = await first;
  pool.keepWarm(2);
  assert.equal(started.length, 2, "one beside the busy one");
  finish(1);
  await new Promise(setImmediate);
  assert.equal((await acquire()).coldStartMs, undefined, "the next request finds it warm");
  pool.keepWarm(100);
  assert.equal(started.length, 3);
  lease.release();
  finish(2);
  await pool.close(0);
});

test("a request that comes while a worker is started ahead of it takes that one", async () => {
  const { pool, acquire, started, finish } = testPool();
  pool.keepWarm(1);
  const waiting = acquire();
  assert.equal(started.length, 1);
  finish(0);
  assert.equal((await waiting).worker.number, 1);
  await pool.close(0);
});

test("workers to be kept warm outlive their keep-alive, and age out when they need not be kept any more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { pool, acquire, started, finish } = testPool({ limit: 3 });
  pool.keepWarm(3);
  for (const at of [0, 1, 2]) finish(at);
  await new Promise(setImmediate);
  const leases = [await acquire(), await acquire(), await acquire()];
  for (const lease of leases) lease.release();
  t.mock.timers.tick(60_000);
  assert.deepEqual(pool.counts(), { idle: 3, busy: 0, starting: 0, waiting: 0 });
  pool.keepWarm(1);
  assert.equal(pool.counts().idle, 1, "those idle for longer than the keep-alive go at once");
  pool.keepWarm(0);
  assert.equal(pool.counts().idle, 0);
  assert.equal(started.length, 3);
});

test("a warm worker that was just used is not ended before its keep-alive when fewer are to be kept", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { pool, acquire, finish } = testPool();
  pool.keepWarm(1);
  finish(0);
  await new Promise(setImmediate);
  t.mock.timers.tick(60_000);
  (await acquire()).release();
  pool.keepWarm(0);
  t.mock.timers.tick(999);
  assert.equal(pool.counts().idle, 1);
  t.mock.timers.tick(1);
  assert.equal(pool.counts().idle, 0);
});

test("a warm worker that has not served goes as soon as it need not be kept", async () => {
  const { pool, finish } = testPool();
  pool.keepWarm(1);
  finish(0);
  await new Promise(setImmediate);
  pool.keepWarm(0);
  assert.deepEqual(pool.counts(), { idle: 0, busy: 0, starting: 0, waiting: 0 });
});

test("warm workers that end by themselves or do not start are replaced, ever more seldom until one has served", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { pool, acquire, started, finish } = testPool({ limit: 1 });
  pool.keepWarm(1);
  finish(0, new Error("no"));
  await new Promise(setImmediate);
  assert.equal(started.length, 1, "not at once");
  t.mock.timers.tick(500);
  assert.equal(started.length, 2);
  finish(1, new Error("no"));
  await new Promise(setImmediate);
  t.mock.timers.tick(500);
  assert.equal(started.length, 2);
  t.mock.timers.tick(500);
  finish(2);
  await new Promise(setImmediate);
  const lease = await acquire();
  lease.worker.ended = true;
  lease.release();
  assert.equal(started.length, 4, "at once, since one has served");
  await new Promise(setImmediate);
  finish(3);
  await pool.close(0);
});

test("closing refuses those who wait, lets those under way finish, and ends every worker", async () => {
  const { pool, acquire, finish } = testPool();
  const first = acquire();
  finish(0);
  const lease = await first;
  const waiting = acquire();
  const closed = pool.close(60_000);
  await assert.rejects(waiting, { code: "DRAINING" });
  await assert.rejects(acquire(), { code: "DRAINING" });
  assert.equal(lease.worker.ended, false);
  lease.release();
  finish(1);
  await closed;
  assert.ok(lease.worker.ended);
  assert.deepEqual(pool.counts(), { idle: 0, busy: 0, starting: 0, waiting: 0 });
});
