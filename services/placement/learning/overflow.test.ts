import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createOverflow, learnOverflow } from "./overflow.js";

const COLD_MS = 1000;

/** An answer every 10 ms: `overflowMs` of each `periodMs` find no warm slot. */
function bursts(overflowMs: number, periodMs: number, forMs: number) {
  const overflow = createOverflow(0);
  for (let nowMs = 10; nowMs <= forMs; nowMs += 10) learnOverflow(overflow, nowMs % periodMs < overflowMs, COLD_MS, nowMs);
  return overflow;
}

function assertNear(actual: number, expected: number, ratio: number): void {
  assert.ok(Math.abs(actual - expected) <= expected * ratio, `${actual} is not within ${ratio} of ${expected}`);
}

describe("the worth of a warm worker", () => {
  it("is 0 where nothing overflows", () => {
    assert.equal(bursts(0, 1000, 60_000).worthMs, 0);
  });
  it("is the integral of an overflow's age over the time from one to the next", () => {
    // 600 ms of overflow every 8 s: 600² / 2 / 8000 = 22.5 ms, a little more as it ends ten answers late, and held at its highest.
    assertNear(bursts(600, 8000, 240_000).meanMs, 22.5, 0.5);
  });
  it("counts of a longer burst only the time until a start could be over as growing", () => {
    // 3 s every 12 s with starts of 1 s: (1000² / 2 + 2000 * 1000) / 12000 = 208 ms.
    assertNear(bursts(3000, 12_000, 240_000).meanMs, 208, 0.4);
  });
  it("does not grow while nobody asks", () => {
    const overflow = bursts(600, 8000, 80_100);
    assert.notEqual(overflow.sinceMs, undefined);
    const before = overflow.worthMs;
    learnOverflow(overflow, true, COLD_MS, 80_100 + 600_000);
    assert.ok(overflow.worthMs < before);
  });
  it("outlives the bursts that a warm worker prevents, and is halved in five minutes", () => {
    const overflow = bursts(600, 8000, 79_000);
    const before = overflow.worthMs;
    learnOverflow(overflow, false, COLD_MS, 79_000 + 300_000);
    assertNear(overflow.worthMs, before / 2, 0.05);
  });
});
