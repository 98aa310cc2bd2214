/** Spread of values about their prediction, relative to it, and a bound on how much one of them may teach. */
export interface Outliers {
  /** Mean absolute deviation, relative. */
  deviation: number;
  /** Effective number of values. */
  count: number;
  /** Run of values beyond the bound, positive above, negative below. */
  run: number;
  /** Mean of the last values' distances from their prediction, in standard deviations. */
  trend: number;
}

/** Standard deviation of a normal distribution over its mean absolute deviation. */
const SIGMA_PER_DEVIATION = Math.sqrt(Math.PI / 2);
/** Values beyond this many standard deviations are outliers. */
const BOUND_SIGMAS = 4;
/** Weight of a new deviation, at the start the mean of all. */
const DEVIATION_WEIGHT = 0.02;
/** Before anything is known: service times about as spread as an exponential distribution. */
const FIRST_DEVIATION = 0.5;
const LEAST_DEVIATION = 0.02;
/** The last ten values make the trend. */
const TREND_WEIGHT = 0.1;
/** A trend of values about a right prediction has a standard deviation of sqrt(0.1 / 1.9) = 0.23: this is more than five of those. */
const TREND_BOUND = 1.25;

/** Knows nothing. */
export function createOutliers(): Outliers {
  return { deviation: FIRST_DEVIATION, count: 0, run: 0, trend: 0 };
}

/** Standard deviation relative to the prediction. */
export function spreadRatio({ deviation }: Outliers): number {
  return Math.max(LEAST_DEVIATION, deviation) * SIGMA_PER_DEVIATION;
}

/**
 * Pulls an outlier in to the bound, and takes note of it. One outlier is an accident; each further one in a row on the same side doubles the
 * bound, so that a true change of conditions is believed after three or four. Deviations are relative to `scale`: the prediction, or more
 * where that is next to nothing.
 */
export function tame(outliers: Outliers, value: number, predicted: number, scale: number = predicted): number {
  const relative = (value - predicted) / scale;
  const bound = BOUND_SIGMAS * spreadRatio(outliers) * 2 ** Math.min(20, Math.abs(outliers.run));
  const isOutlier = Math.abs(relative) > BOUND_SIGMAS * spreadRatio(outliers);
  const side = Math.sign(relative);
  if (!isOutlier) outliers.run = 0;
  else outliers.run = Math.sign(outliers.run) === side ? outliers.run + side : side;
  const tamed = Math.max(-bound, Math.min(bound, relative));
  outliers.trend += TREND_WEIGHT * (tamed / spreadRatio(outliers) - outliers.trend);
  outliers.count += 1;
  const weight = Math.max(DEVIATION_WEIGHT, 1 / (outliers.count + 2));
  outliers.deviation += weight * (Math.min(Math.abs(tamed), 4 * BOUND_SIGMAS) - outliers.deviation);
  return predicted + scale * tamed;
}

/** True when the last values lie on one side of their prediction for more than chance; it is then judged from zero again. */
export function takeShift(outliers: Outliers): boolean {
  if (Math.abs(outliers.trend) < TREND_BOUND) return false;
  outliers.trend = 0;
  return true;
}
