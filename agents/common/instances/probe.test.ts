import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstanceStats } from "./probe.js";

const GOOD = {
  inFlight: 1,
  queued: 0,
  servedCount: 5,
  failedCount: 0,
  serviceTime: { count: 5, sumMs: 10.5, buckets: { "-3": 2, "8": 3 } },
};

test("statistics in the documented form are taken", () => {
  assert.deepEqual(parseInstanceStats(GOOD), GOOD);
});

for (const [title, value] of [
  ["nothing", undefined],
  ["a text", "fine"],
  ["a negative count", { ...GOOD, inFlight: -1 }],
  ["a fraction", { ...GOOD, queued: 0.5 }],
  ["an absurd count", { ...GOOD, servedCount: 1e300 }],
  ["no sketch", { ...GOOD, serviceTime: undefined }],
  ["a bucket that is no number", { ...GOOD, serviceTime: { count: 1, sumMs: 1, buckets: { x: 1 } } }],
  ["a sum that is not finite", { ...GOOD, serviceTime: { count: 1, sumMs: Number.NaN, buckets: {} } }],
] as const) {
  test(`statistics with ${title} are not taken`, () => assert.equal(parseInstanceStats(value), undefined));
}
