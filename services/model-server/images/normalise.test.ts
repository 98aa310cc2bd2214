import assert from "node:assert/strict";
import { test } from "node:test";
import type { Preprocessing } from "../../common/model/index.js";
import { normalise } from "./normalise.js";

/** Two pixels wide, one high, values left as they are. */
const PLAIN: Preprocessing = {
  width: 2,
  height: 1,
  fit: "pad-right",
  channels: "rgb",
  layout: "NCHW",
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const RED_AND_GREY = { width: 2, height: 1, values: Uint8Array.of(255, 10, 20, 7, 8, 9) };

const CASES = [
  { what: "planes of red, green, blue", change: {}, expected: [255, 7, 10, 8, 20, 9] },
  { what: "planes of blue, green, red", change: { channels: "bgr" }, expected: [20, 9, 10, 8, 255, 7] },
  { what: "channels side by side", change: { layout: "NHWC" }, expected: [255, 10, 20, 7, 8, 9] },
  { what: "blue first, side by side", change: { layout: "NHWC", channels: "bgr" }, expected: [20, 10, 255, 9, 8, 7] },
  // (v * 2 - 10) / 5
  {
    what: "scaled, less the mean, by the deviation",
    change: { scale: 2, mean: [10, 10, 10], std: [5, 5, 5] },
    expected: [100, 0.8, 2, 1.2, 6, 1.6],
  },
  // Red has mean 255, the others 0.
  { what: "a mean per channel", change: { mean: [255, 0, 0] }, expected: [0, -248, 10, 8, 20, 9] },
] as const;

for (const { what, change, expected } of CASES) {
  test(`a picture is written as ${what}`, () => {
    const target = new Float32Array(6);
    normalise(RED_AND_GREY, { ...PLAIN, ...change }, target);
    assert.deepEqual([...target], [...Float32Array.from(expected)]);
  });
}

test("what a narrow picture does not cover stays zero", () => {
  const target = new Float32Array(6);
  normalise({ width: 1, height: 1, values: Uint8Array.of(1, 2, 3) }, { ...PLAIN, mean: [9, 9, 9] }, target);
  assert.deepEqual([...target], [-8, 0, -7, 0, -6, 0]);
});

test("brightness is one plane, with a mean and a deviation of its own", () => {
  const target = new Float32Array(2);
  const gray = { ...PLAIN, channels: "gray", scale: 1 / 255, mean: [0.5], std: [0.5] } as const;
  normalise({ width: 2, height: 1, values: Uint8Array.of(255, 0) }, gray, target);
  assert.deepEqual([...target], [1, -1]);
});
