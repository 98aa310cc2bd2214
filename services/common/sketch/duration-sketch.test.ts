import assert from "node:assert/strict";
import { test } from "node:test";
import { createDurationSketch, meanMs, quantileMs } from "./duration-sketch.js";

test("a quantile is off by at most ten percent of the true value", () => {
  const sketch = createDurationSketch();
  for (let ms = 1; ms <= 1000; ms++) sketch.record(ms);
  for (const [q, truth] of [
    [0.5, 500],
    [0.95, 950],
    [0.99, 990],
  ] as const) {
    const read = quantileMs(sketch.toData(), q);
    assert.ok(read !== undefined && read >= truth && read <= truth * 1.1, `q${q}: ${read}`);
  }
});

test("the mean is exact", () => {
  const sketch = createDurationSketch();
  for (const ms of [1, 2, 6]) sketch.record(ms);
  assert.equal(meanMs(sketch.toData()), 3);
});

test("an empty sketch has neither quantile nor mean", () => {
  const data = createDurationSketch().toData();
  assert.equal(quantileMs(data, 0.5), undefined);
  assert.equal(meanMs(data), undefined);
});

for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
  test(`${bad} is not counted`, () => {
    const sketch = createDurationSketch();
    sketch.record(bad);
    assert.equal(sketch.toData().count, 0);
  });
}

test("a sketch goes on from its wire form", () => {
  const first = createDurationSketch();
  first.record(10);
  const second = createDurationSketch(first.toData());
  second.record(20);
  assert.equal(second.toData().count, 2);
  assert.equal(second.toData().sumMs, 30);
});

test("decay forgets", () => {
  const sketch = createDurationSketch();
  for (let i = 0; i < 100; i++) sketch.record(5);
  sketch.decay(0.1);
  assert.equal(sketch.toData().count, 10);
});
