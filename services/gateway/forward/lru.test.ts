import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLru } from "./lru.js";

describe("createLru", () => {
  it("gives up the entry unused for longest and disposes of it", () => {
    const disposed: string[] = [];
    const cache = createLru(
      2,
      (key) => key.toUpperCase(),
      (value) => void disposed.push(value),
    );
    cache.get("a");
    cache.get("b");
    cache.get("a");
    cache.get("c");
    assert.deepEqual(disposed, ["B"]);
    assert.deepEqual(cache.clear(), ["A", "C"]);
  });
});
