import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEventLoop } from "./event-loop.js";

describe("the event loop", () => {
  it("runs calls in order of time, and those of one time in the order in which they were asked for", () => {
    const loop = createEventLoop(100);
    const seen: string[] = [];
    for (const [atMs, name] of [
      [130, "d"],
      [110, "b"],
      [110, "c"],
      [105, "a"],
    ] as const) {
      loop.at(atMs, () => seen.push(`${name}@${loop.now()}`));
    }
    loop.run(() => false);
    assert.deepEqual(seen, ["a@105", "b@110", "c@110", "d@130"]);
  });

  it("orders a thousand calls like a sort", () => {
    const loop = createEventLoop(0);
    const seen: number[] = [];
    const times = Array.from({ length: 1000 }, (_, at) => (at * 7919) % 1009);
    for (const atMs of times) loop.at(atMs, () => seen.push(atMs));
    loop.run(() => false);
    assert.deepEqual(
      seen,
      [...times].sort((a, b) => a - b),
    );
  });

  it("runs a call for a time that has passed now, and a cancelled one never", () => {
    const loop = createEventLoop(50);
    const seen: number[] = [];
    loop.at(10, () => seen.push(loop.now()));
    loop.cancel(loop.at(60, () => seen.push(-1)));
    loop.run(() => false);
    assert.deepEqual(seen, [50]);
  });

  it("stops as soon as it is done", () => {
    const loop = createEventLoop(0);
    let count = 0;
    const again = (): void => {
      count += 1;
      loop.at(loop.now() + 1, again);
    };
    loop.at(0, again);
    loop.run(() => count === 5);
    assert.equal(loop.now(), 4);
  });
});
