import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPeakRate } from "./peak-rate.js";

describe("the peak rate", () => {
  it("is 0 before the first arrival", () => {
    assert.equal(createPeakRate().perSecond(1_000_000), 0);
  });
  it("is that of the busiest second, not the mean", () => {
    const peak = createPeakRate();
    for (let second = 0; second < 20; second++) {
      const arrivals = second === 7 ? 50 : 3;
      for (let at = 0; at < arrivals; at++) peak.count(1_000_000 + second * 1000 + at * 10);
    }
    assert.equal(peak.perSecond(1_020_000), 50);
  });
  it("is remembered for nearly five minutes, and forgotten after them", () => {
    const peak = createPeakRate();
    for (let at = 0; at < 40; at++) peak.count(1_000_000);
    assert.equal(peak.perSecond(1_000_000 + 280_000), 40);
    assert.equal(peak.perSecond(1_000_000 + 300_000), 0);
  });
  it("is 0 after a pause of any length", () => {
    for (const pauseMs of [300_000, 1e9]) {
      const peak = createPeakRate();
      peak.count(1_000_000);
      assert.equal(peak.perSecond(1_000_000 + pauseMs), 0, `pause ${pauseMs}`);
    }
  });
});
