import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Distribution, drawUniform, keyOf, normalQuantile, quantile } from "./index.js";

const DRAWS = 20_000;

function meanOf(value: (u: number) => number): number {
  let sum = 0;
  for (let at = 0; at < DRAWS; at++) sum += value(drawUniform(keyOf(7, at), "service"));
  return sum / DRAWS;
}

describe("draws", () => {
  it("depend on key, purpose and extra alone", () => {
    const draw = drawUniform(keyOf(1, 2, 3), "size");
    drawUniform(keyOf(9), "gap");
    assert.equal(drawUniform(keyOf(1, 2, 3), "size"), draw);
    const others = [
      drawUniform(keyOf(1, 2, 4), "size"),
      drawUniform(keyOf(2, 2, 3), "size"),
      drawUniform(keyOf(1, 2, 3), "service"),
      drawUniform(keyOf(1, 2, 3), "size", 1),
    ];
    for (const other of others) assert.notEqual(other, draw);
  });

  it("are even between 0 and 1, and those of neighbouring keys have nothing to do with each other", () => {
    assert.ok(Math.abs(meanOf((u) => u) - 0.5) < 0.01);
    let product = 0;
    for (let at = 0; at < DRAWS; at++) {
      product += (drawUniform(keyOf(7, at), "service") - 0.5) * (drawUniform(keyOf(7, at + 1), "service") - 0.5);
    }
    assert.ok(Math.abs(product / DRAWS) < 0.002);
  });
});

describe("distributions", () => {
  const cases: readonly [string, Distribution, number, number][] = [
    ["a constant is itself", { type: "constant", value: 5 }, 0.3, 5],
    ["a uniform one is a line", { type: "uniform", low: 10, high: 20 }, 0.25, 12.5],
    ["an exponential one has its mean at 1 - 1/e", { type: "exponential", mean: 8 }, 1 - Math.exp(-1), 8],
    ["a log-normal one has its median in the middle", { type: "lognormal", median: 40, sigma: 1 }, 0.5, 40],
    [
      "a log-normal one grows by e^sigma a standard deviation",
      { type: "lognormal", median: 1, sigma: 0.5 },
      0.8413447461,
      Math.exp(0.5),
    ],
    ["a Pareto one begins with its least value", { type: "pareto", least: 3, shape: 2, most: 100 }, 1e-12, 3],
    ["a Pareto one of shape 2 doubles at three quarters", { type: "pareto", least: 3, shape: 2, most: 100 }, 0.75, 6],
    ["a Pareto one is cut at its most", { type: "pareto", least: 3, shape: 1, most: 100 }, 0.999, 100],
  ];
  for (const [title, distribution, u, expected] of cases) {
    it(title, () => assert.ok(Math.abs(quantile(distribution, u) / expected - 1) < 1e-6));
  }

  it("a mixture takes its parts by weight", () => {
    const low: Distribution = { type: "uniform", low: 0, high: 1 };
    const of = [
      { weight: 3, distribution: low },
      { weight: 1, distribution: { type: "constant", value: 100 } as const },
    ];
    const share = meanOf((u) => (quantile({ type: "mixture", of }, u) === 100 ? 1 : 0));
    assert.ok(Math.abs(share - 0.25) < 0.01);
    assert.ok(Math.abs(quantile({ type: "mixture", of }, 0.375) - 0.5) < 1e-9);
  });

  it("the normal quantile is that of the tables", () => {
    for (const [p, z] of [
      [0.5, 0],
      [0.975, 1.959964],
      [0.999, 3.090232],
      [0.001, -3.090232],
    ] as const) {
      assert.ok(Math.abs(normalQuantile(p) - z) < 1e-5, `${p}`);
    }
  });
});
