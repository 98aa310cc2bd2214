import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AveragedResult } from "../../../services/simulator/index.js";
import { count, type Entry, type ScenarioEntries } from "./count.js";

type Figures = Partial<Pick<AveragedResult, "p95Ms" | "p99Ms" | "meanMs" | "failureRate" | "overPriceCap">>;

function entry(label: string, figures: Figures): Entry {
  const result = { p95Ms: 100, p99Ms: 200, meanMs: 50, failureRate: 0, overPriceCap: 0, ...figures };
  return { label, result: result as AveragedResult };
}

function scenario(name: string, ours: Figures, changes: Partial<ScenarioEntries> = {}): ScenarioEntries {
  return {
    scenario: name,
    ours: entry("adaptive", ours),
    clairvoyant: entry("clairvoyant", {}),
    baselines: [entry("random", { p95Ms: 150, p99Ms: 190 })],
    grid: [entry("pair 1", { p95Ms: 120 }), entry("pair 2", { p95Ms: 110 })],
    ...changes,
  };
}

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

describe("the count", () => {
  it("takes as the one pair that with the lowest geometric mean over all scenarios", () => {
    const other = scenario("b", {}, { grid: [entry("pair 1", { p95Ms: 100 }), entry("pair 2", { p95Ms: 400 })] });
    const { fixed, verdict } = count([scenario("a", { p95Ms: 60 }), other]);
    assert.equal(fixed, "pair 1");
    assertClose(verdict.geoP95VsPaperFixed, Math.sqrt((60 / 120) * (100 / 100)));
  });
  it("takes as the tuned pair and as the baseline the best of each scenario", () => {
    const { verdict } = count([scenario("a", { p95Ms: 55 })]);
    assertClose(verdict.geoP95VsPaperTuned, 55 / 110);
    assertClose(verdict.geoP95VsBaselines, 55 / 150);
  });
  it("compares with the best of all rivals, figure by figure, but not with the clairvoyant", () => {
    const { verdict } = count([
      scenario("a", { p95Ms: 121, p99Ms: 209 }, { clairvoyant: entry("clairvoyant", { p95Ms: 1, p99Ms: 1 }) }),
    ]);
    assertClose(verdict.worstP95VsBest, 121 / 110);
    assertClose(verdict.worstP99VsBest, 209 / 190);
  });
  it("counts failures only where the one pair fails more than one request in a thousand", () => {
    const failing = scenario("b", { failureRate: 0.003 }, { grid: [entry("pair 1", { failureRate: 0.019, p95Ms: 90 })] });
    const calm = scenario("a", { failureRate: 0.9 }, { grid: [entry("pair 1", { failureRate: 0.001 })] });
    const { verdict, hurting } = count([calm, failing]);
    assertClose(verdict.geoFailuresVsPaperFixed, 0.004 / 0.02);
    assertClose(verdict.worstFailureGap, 0.9);
    assert.equal(hurting, 1);
  });
  it("has no rival in a policy that breaks the price cap", () => {
    const cheating = entry("pair 1", { p95Ms: 1, p99Ms: 1, overPriceCap: 3 });
    const { verdict, scenarios } = count([scenario("a", {}), scenario("b", {}, { grid: [cheating, cheating] })]);
    assert.equal(scenarios[1]?.tuned, undefined);
    assertClose(verdict.geoP95VsPaperTuned, 100 / 110);
    assertClose(verdict.worstP95VsBest, Math.max(100 / 110, 100 / 150));
  });
});
