import assert from "node:assert/strict";
import { test } from "node:test";
import { createRecentSketch } from "./recent-sketch.js";

test("what is a half-life old counts half", () => {
  let nowMs = 0;
  const sketch = createRecentSketch(() => nowMs, 1000);
  for (let n = 0; n < 8; n++) sketch.record(5);
  nowMs = 1000;
  sketch.record(5);
  assert.equal(sketch.toData().count, 5);
  assert.equal(sketch.toData().sumMs, 25);
});
