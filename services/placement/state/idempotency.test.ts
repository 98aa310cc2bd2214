import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { createIdempotency } from "./idempotency.js";

function setUp(limit = 10) {
  const clock = { ms: 0 };
  const made: number[] = [];
  const make = async (): Promise<number> => {
    made.push(made.length);
    return made.length;
  };
  return { clock, made, make, idempotency: createIdempotency<number>(limit, 1000, () => clock.ms) };
}

describe("an idempotency key", () => {
  it("gives one result, also to calls that overlap", async () => {
    const { made, make, idempotency } = setUp();
    const results = await Promise.all([idempotency.once("k", "f", make), idempotency.once("k", "f", make)]);
    assert.deepEqual([results, made.length], [[1, 1], 1]);
  });
  it("is refused for another request", async () => {
    const { make, idempotency } = setUp();
    await idempotency.once("k", "f", make);
    await assert.rejects(
      idempotency.once("k", "g", make),
      (error) => error instanceof StraightLineError && error.code === "IDEMPOTENCY_CONFLICT",
    );
  });
  it("is free again after its time", async () => {
    const { clock, make, idempotency } = setUp();
    await idempotency.once("k", "f", make);
    clock.ms = 1000;
    assert.equal(await idempotency.once("k", "g", make), 2);
  });
  it("of a call that failed can be tried again", async () => {
    const { make, idempotency } = setUp();
    await assert.rejects(idempotency.once("k", "f", () => Promise.reject(new Error("no"))));
    assert.equal(await idempotency.once("k", "f", make), 1);
  });
  for (const code of ["CANCELLED", "DEADLINE_EXCEEDED"] as const) {
    it(`of a call that ended with ${code} passes to those who shared it, and is made once for them`, async () => {
      const { made, make, idempotency } = setUp();
      let giveUp: () => void = () => undefined;
      const first = idempotency.once("k", "f", () => {
        return new Promise((_, reject) => (giveUp = () => reject(new StraightLineError(code, "of the first caller"))));
      });
      const others = [idempotency.once("k", "f", make), idempotency.once("k", "f", make)];
      giveUp();
      await assert.rejects(first, { code });
      assert.deepEqual([await Promise.all(others), made.length], [[1, 1], 1]);
    });
  }
  it("gives every other failure to those who shared the call", async () => {
    const { made, make, idempotency } = setUp();
    const refused = Promise.reject(new StraightLineError("NO_CAPACITY", "no slot"));
    const both = [idempotency.once("k", "f", () => refused), idempotency.once("k", "f", make)];
    for (const one of both) await assert.rejects(one, { code: "NO_CAPACITY" });
    assert.equal(made.length, 0);
  });
  it("is forgotten, oldest first, when there are too many", async () => {
    const { make, idempotency } = setUp(2);
    for (const key of ["a", "b", "c", "d"]) await idempotency.once(key, "f", make);
    assert.equal(await idempotency.once("d", "f", make), 4);
    assert.equal(await idempotency.once("a", "f", make), 5);
  });
});
