import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createHistory } from "./history.js";

describe("the history", () => {
  it("keeps the newest and forgets the oldest first", () => {
    const history = createHistory<number>(2);
    for (const value of [1, 2, 3]) history.add(`p${value}`, value);
    assert.deepEqual([history.get("p1"), history.get("p2"), history.get("p3")], [undefined, 2, 3]);
  });
  it("knows nothing of what was never added", () => {
    assert.equal(createHistory<number>(1).get("p"), undefined);
  });
});
