import type { Price } from "../scenario/index.js";

/** What requests and instances cost. */
export interface Prices {
  /** A request that was served for this long with this much memory. */
  ofRequest(price: Price, servedMs: number, memoryBytes: number): number;
  /** An instance that was there for this long. */
  ofInstance(price: Price, forMs: number): number;
  /** True where such a request costs no more than the cap. */
  isWithinCap(price: Price, servedMs: number, memoryBytes: number): boolean;
  /** True when a request has cost more than the cap. */
  breaksCap(cost: number): boolean;
}

const MS_PER_HOUR = 3_600_000;
/** The rounding of a sum of prices is no breach. */
const TOLERANCE = 1e-9;

/** Prices under a cap for each request; 0: none. */
export function createPrices(cap: number): Prices {
  const ofRequest: Prices["ofRequest"] = ({ perRequest, perGbSecond }, servedMs, memoryBytes) =>
    perRequest + (perGbSecond * memoryBytes * servedMs) / 1e12;
  const breaksCap = (cost: number): boolean => cap > 0 && cost > cap * (1 + TOLERANCE);
  return {
    ofRequest,
    ofInstance: ({ perInstanceHour }, forMs) => (perInstanceHour * forMs) / MS_PER_HOUR,
    isWithinCap: (price, servedMs, memoryBytes) => cap <= 0 || !breaksCap(ofRequest(price, servedMs, memoryBytes)),
    breaksCap,
  };
}
