import assert from "node:assert/strict";
import { test } from "node:test";
import { createFailureLog, retryDelayMs } from "./failures.js";

const FAILURE = { assignment: "app.0", application: "app", generation: 1, instanceId: "i", permanent: false, message: "m" };

test("the delay doubles from half a second up to a minute", () => {
  assert.deepEqual([1, 2, 3, 8, 100].map(retryDelayMs), [500, 1000, 2000, 60_000, 60_000]);
});

test("attempts are counted within a generation and begin anew with the next", () => {
  const log = createFailureLog(() => 0);
  assert.equal(log.note(FAILURE).attempts, 1);
  assert.equal(log.note(FAILURE).attempts, 2);
  assert.equal(log.note({ ...FAILURE, generation: 2 }).attempts, 1);
});

test("the next try is that of the failure that waits shortest, and permanent ones wait for nothing", () => {
  let nowMs = 0;
  const log = createFailureLog(() => nowMs);
  log.note({ ...FAILURE, assignment: "never.0", permanent: true });
  assert.equal(log.nextTryInMs(), undefined);
  log.note(FAILURE);
  log.note({ ...FAILURE, assignment: "other.0" });
  log.note({ ...FAILURE, assignment: "other.0" });
  nowMs = 100;
  assert.equal(log.nextTryInMs(), 400);
  log.clear("app.0");
  assert.equal(log.nextTryInMs(), 900);
});

test("what has failed is known after it stands again, until its generation or its assignment goes", () => {
  const log = createFailureLog(() => 0);
  log.note(FAILURE);
  log.clear("app.0");
  const second = log.note({ ...FAILURE, message: "killed by SIGKILL" });
  assert.deepEqual([second.attempts, second.total], [1, 2]);
  log.clear("app.0");
  assert.equal(log.last("app.0", 1)?.message, "killed by SIGKILL");
  assert.equal(log.last("app.0", 2), undefined);
  log.retain(new Map([["app.0", 1]]));
  assert.equal(log.last("app.0", 1)?.total, 2);
  log.retain(new Map([["app.0", 2]]));
  assert.equal(log.last("app.0", 1), undefined);
});
