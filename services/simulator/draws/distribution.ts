import { normalQuantile } from "./normal.js";

/** A distribution of numbers of 0 or more, in the unit of its place. */
export type Distribution =
  | { readonly type: "constant"; readonly value: number }
  | { readonly type: "uniform"; readonly low: number; readonly high: number }
  | { readonly type: "exponential"; readonly mean: number }
  | { readonly type: "lognormal"; readonly median: number; readonly sigma: number }
  | { readonly type: "pareto"; readonly least: number; readonly shape: number; readonly most: number }
  | { readonly type: "mixture"; readonly of: readonly Part[] };

/** A part of a mixture; weights need not add up to 1. */
export interface Part {
  readonly weight: number;
  readonly distribution: Distribution;
}

/**
 * The quantile at `u`, 0 < u < 1. One draw makes one value, and a larger draw a larger one (but for mixtures), so that a request that is
 * heavy on one form is heavy on the others too.
 */
export function quantile(distribution: Distribution, u: number): number {
  switch (distribution.type) {
    case "constant":
      return distribution.value;
    case "uniform":
      return distribution.low + u * (distribution.high - distribution.low);
    case "exponential":
      return -distribution.mean * Math.log1p(-u);
    case "lognormal":
      return distribution.median * Math.exp(distribution.sigma * normalQuantile(u));
    case "pareto":
      return Math.min(distribution.most, distribution.least * (1 - u) ** (-1 / distribution.shape));
    case "mixture":
      return mixtureQuantile(distribution.of, u);
  }
}

/** The draw picks a part by weight; where it falls inside the part's share is the draw of that part. */
function mixtureQuantile(parts: readonly Part[], u: number): number {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  let left = u * total;
  for (const [at, { weight, distribution }] of parts.entries()) {
    if (left < weight || at === parts.length - 1) return quantile(distribution, inside(left / weight));
    left -= weight;
  }
  return 0;
}

/** Rounding may reach an end, where a quantile can be infinite. */
function inside(u: number): number {
  return Math.min(Math.max(u, 1e-12), 1 - 1e-12);
}
