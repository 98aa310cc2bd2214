import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createWatchHub } from "./watch-hub.js";

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

describe("a watch hub", () => {
  it("drops the oldest for a slow subscriber and tells how many", async () => {
    const dropped: number[] = [];
    const hub = createWatchHub<number>({ limit: 3, onDropped: (count) => dropped.push(count) });
    const values = hub.subscribe(new AbortController().signal);
    for (let value = 1; value <= 5; value++) hub.publish(value);
    hub.close();
    assert.deepEqual([await collect(values), dropped], [[3, 4, 5], [2]]);
  });
  it("replaces what waits under the same key", async () => {
    const hub = createWatchHub<string>({ limit: 10, keyOf: (value) => value, onDropped: () => assert.fail() });
    const values = hub.subscribe(new AbortController().signal);
    for (const value of ["a", "b", "a"]) hub.publish(value);
    hub.close();
    assert.deepEqual(await collect(values), ["a", "b"]);
  });
  it("wakes a subscriber that waits, and lets it go when it is aborted", async () => {
    const hub = createWatchHub<number>({ limit: 10, onDropped: () => assert.fail() });
    const subscriber = new AbortController();
    const values = hub.subscribe(subscriber.signal);
    const first = values.next();
    hub.publish(1);
    assert.deepEqual(await first, { done: false, value: 1 });
    const second = values.next();
    subscriber.abort();
    assert.equal((await second).done, true);
    assert.equal(hub.hasSubscribers(), false);
  });
});
