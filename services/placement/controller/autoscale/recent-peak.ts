/** The highest of recent values: what is wanted rises at once and falls only when it has been lower for a while. */
export interface RecentPeak {
  /** Takes a value and gives the highest of the last `windowMs`. */
  take(value: number, nowMs: number, windowMs: number): number;
}

/** Starts at the value that stands, so that a new leader does not cut down what it has not seen in use. */
export function createRecentPeak(start: number, startMs: number): RecentPeak {
  /** In order of time, values falling: one that is followed by a higher one cannot be a peak any more. */
  let values = [{ value: start, atMs: startMs }];
  return {
    take(value, nowMs, windowMs) {
      values = values.filter((one) => nowMs - one.atMs < windowMs && one.value > value);
      values.push({ value, atMs: nowMs });
      return (values[0] as { value: number }).value;
    },
  };
}
