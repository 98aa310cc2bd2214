import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFrequencyMeter } from "./frequency.js";

describe("f_t", () => {
  it("is the arrivals of the window divided by its length", () => {
    const clock = { ms: 50_000 };
    const meter = createFrequencyMeter(10_000, () => clock.ms);
    for (let i = 0; i < 200; i++) {
      meter.count("app");
      clock.ms += 50;
    }
    assert.ok(Math.abs(meter.perSecond("app") - 20) <= 0.2, String(meter.perSecond("app")));
  });
  it("forgets an arrival when the window has passed it, to a hundredth of the window", () => {
    const clock = { ms: 50_000 };
    const meter = createFrequencyMeter(10_000, () => clock.ms);
    meter.count("app");
    clock.ms += 9_900;
    assert.equal(meter.perSecond("app"), 0.1);
    clock.ms += 200;
    assert.equal(meter.perSecond("app"), 0);
  });
  it("is 0 after a pause of any length", () => {
    for (const pauseMs of [10_000, 10_001, 123_456, 1e9]) {
      const clock = { ms: 50_000 };
      const meter = createFrequencyMeter(10_000, () => clock.ms);
      for (let i = 0; i < 30; i++) meter.count("app");
      clock.ms += pauseMs;
      assert.equal(meter.perSecond("app"), 0, `pause ${pauseMs}`);
      meter.count("app");
      assert.equal(meter.perSecond("app"), 0.1, `pause ${pauseMs}`);
    }
  });
  it("is measured for each application by itself", () => {
    const meter = createFrequencyMeter(1000, () => 0);
    meter.count("a");
    meter.count("a");
    meter.count("b");
    assert.deepEqual(["a", "b", "c"].map(meter.perSecond), [2, 1, 0]);
    meter.forget("a");
    assert.equal(meter.perSecond("a"), 0);
  });
});
