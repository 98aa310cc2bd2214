/** Follows a rate and its trend: double exponential smoothing after Holt. */
export interface Forecast {
  /** A new measurement. */
  observe(perSecond: number, nowMs: number): void;
  /** The rate expected in `aheadMs`; never below 0. */
  expected(aheadMs: number): number;
}

/** Share of a new measurement in the level, of a new slope in the trend, at one measurement a second. */
const LEVEL_SHARE = 0.5;
const TREND_SHARE = 0.3;
/** A trend is not believed for longer: a rise of a minute ago says little about the next. */
const MAX_AHEAD_MS = 30_000;

/** Knows nothing, expects nothing. */
export function createForecast(): Forecast {
  let level: number | undefined;
  let slope = 0;
  let atMs = 0;
  return {
    observe(perSecond, nowMs) {
      const passedS = (nowMs - atMs) / 1000;
      atMs = nowMs;
      if (level === undefined || passedS <= 0) {
        level = perSecond;
        return;
      }
      const before = level;
      const share = 1 - (1 - LEVEL_SHARE) ** passedS;
      level = share * perSecond + (1 - share) * (before + slope * passedS);
      const trendShare = 1 - (1 - TREND_SHARE) ** passedS;
      slope = trendShare * ((level - before) / passedS) + (1 - trendShare) * slope;
    },
    expected: (aheadMs) => Math.max(0, (level ?? 0) + (slope * Math.min(aheadMs, MAX_AHEAD_MS)) / 1000),
  };
}
