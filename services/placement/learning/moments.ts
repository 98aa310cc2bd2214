/** Mean and variance of recent values, old ones counting less. */
export interface Moments {
  count: number;
  mean: number;
  variance: number;
}

/** Nothing seen. */
export function createMoments(): Moments {
  return { count: 0, mean: 0, variance: 0 };
}

/** Adds a value; the last 1 / `weight` values or so count. */
export function learnValue(moments: Moments, value: number, weight: number): void {
  moments.count += 1;
  const share = Math.max(weight, 1 / moments.count);
  const difference = value - moments.mean;
  moments.mean += share * difference;
  moments.variance = (1 - share) * (moments.variance + share * difference * difference);
}

/** Mean and standard deviation of an instance, with its pool's as a prior that weighs as `priorCount` values. */
export function blend(own: Moments, pool: Moments, priorCount: number): { readonly mean: number; readonly spread: number } {
  const share = own.count / (own.count + priorCount);
  const mean = share * own.mean + (1 - share) * pool.mean;
  const between = share * (1 - share) * (own.mean - pool.mean) ** 2;
  return { mean, spread: Math.sqrt(share * own.variance + (1 - share) * pool.variance + between) };
}
