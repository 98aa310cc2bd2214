import assert from "node:assert/strict";
import { test } from "node:test";
import type { StageResult, StageResult__Output } from "../../../proto/gen/straightline/v1/StageResult.js";
import type { Bucket, Entry } from "../../../services/common/bus/index.js";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { createLogger } from "../../../services/common/observe/index.js";
import { createResultBook } from "./results.js";

/** A bucket that stores what it is given; while `losesAnswers` it stores and says that NATS did not answer. */
function fakeBucket() {
  const state = { losesAnswers: false, writes: [] as string[] };
  let stored: Entry<StageResult__Output> | undefined;
  const write = (how: string, key: string, value: StageResult, expected: number): Promise<number> => {
    state.writes.push(`${how} ${value.state}`);
    if ((stored?.revision ?? 0) !== expected) return Promise.reject(new StraightLineError("CONFLICT", "changed"));
    stored = { key, value: value as StageResult__Output, revision: expected + 1 };
    if (state.losesAnswers) return Promise.reject(new StraightLineError("BUS_UNAVAILABLE", "no answer"));
    return Promise.resolve(stored.revision);
  };
  const bucket: Bucket<StageResult, StageResult__Output> = {
    get: () => Promise.reject(new Error("an agent may not")),
    entries: () => Promise.resolve(stored === undefined ? [] : [stored]),
    create: (key, value) => write("create", key, value, 0),
    update: (key, value, revision) => write("update", key, value, revision),
    remove: () => Promise.resolve(),
    watch: () => ({ close: () => undefined }),
  };
  return { state, bucket };
}

const NEVER = new AbortController().signal;

for (const [what, before] of [
  ["first", []],
  ["second", ["ATTEMPT_STATE_ASSIGNED"]],
] as const) {
  test(`a run's ${what} result whose acknowledgement was lost is told again upon what is stored`, {
    timeout: 10_000,
  }, async () => {
    const { state, bucket } = fakeBucket();
    const book = createResultBook(createLogger("test", "silent"));
    book.attach(bucket, []);
    for (const earlier of before) await book.tell("n.j.s.1", { state: earlier }, NEVER);
    state.losesAnswers = true;
    const telling = book.tell("n.j.s.1", { state: "ATTEMPT_STATE_SUCCEEDED" }, NEVER);
    setTimeout(() => (state.losesAnswers = false), 100);
    await telling;
    const how = before.length === 0 ? "create" : "update";
    assert.deepEqual(state.writes.slice(before.length), [`${how} ATTEMPT_STATE_SUCCEEDED`, "update ATTEMPT_STATE_SUCCEEDED"]);
    assert.ok(book.isFinal("n.j.s.1"));
  });
}

test("a key that somebody else writes is refused once and then read anew", async () => {
  const { bucket } = fakeBucket();
  await bucket.create("n.j.s.1", { state: "ATTEMPT_STATE_ASSIGNED" });
  const book = createResultBook(createLogger("test", "silent"));
  book.attach(bucket, []);
  await assert.rejects(book.tell("n.j.s.1", { state: "ATTEMPT_STATE_RUNNING" }, NEVER), { code: "CONFLICT" });
  await book.tell("n.j.s.1", { state: "ATTEMPT_STATE_RUNNING" }, NEVER);
});
