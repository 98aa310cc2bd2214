import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../../../test/support/eventually.js";
import { createBacklog } from "./backlog.js";

function spin(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

describe("a backlog", () => {
  it("works in order, and never in the turn that adds", async () => {
    const done: number[] = [];
    const backlog = createBacklog<number>({ limit: 10, cpuShare: 1, work: (item) => done.push(item), onError: assert.ifError });
    for (const item of [1, 2, 3]) backlog.add(item);
    assert.deepEqual(done, []);
    await eventually(() => done.length === 3, { what: "the work" });
    assert.deepEqual(done, [1, 2, 3]);
  });
  it("drops what is beyond its limit and counts it", () => {
    const done: number[] = [];
    const backlog = createBacklog<number>({ limit: 2, cpuShare: 1, work: (item) => done.push(item), onError: assert.ifError });
    for (const item of [1, 2, 3, 4]) backlog.add(item);
    backlog.finish();
    assert.deepEqual(done, [1, 2]);
    assert.equal(backlog.takeDropped(), 2);
    assert.equal(backlog.takeDropped(), 0);
  });
  it("keeps to its share of the processor", async () => {
    const startMs = performance.now();
    let left = 10;
    const work = (): void => {
      spin(4);
      left -= 1;
    };
    const backlog = createBacklog<number>({ limit: 10, cpuShare: 0.2, work, onError: assert.ifError });
    for (let item = 0; item < 10; item++) backlog.add(item);
    await eventually(() => left === 0, { what: "the work" });
    // Ten items of 4 ms, with a rest of four times as long between them.
    assert.ok(performance.now() - startMs >= 9 * 20, `${performance.now() - startMs} ms`);
  });
  it("goes on after work that fails", () => {
    const errors: unknown[] = [];
    const done: number[] = [];
    const work = (item: number): void => {
      if (item === 1) throw new Error("one");
      done.push(item);
    };
    const backlog = createBacklog<number>({ limit: 10, cpuShare: 1, work, onError: (error) => errors.push(error) });
    for (const item of [1, 2]) backlog.add(item);
    backlog.finish();
    assert.deepEqual(done, [2]);
    assert.equal(errors.length, 1);
  });
});
