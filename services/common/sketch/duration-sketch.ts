/** Ratio of one bucket's upper bound to the one below it: a quantile read is off by at most 10%. */
const BUCKET_BASE = 1.1;
const LOG_BASE = Math.log(BUCKET_BASE);
/** Bucket of everything at or below 0.01 ms: there is nothing to tell apart below it. */
const LOWEST_BUCKET = Math.ceil(Math.log(0.01) / LOG_BASE);

/** The wire form, equal to straightline.v1.DurationSketch. */
export interface DurationSketchData {
  readonly count: number;
  readonly sumMs: number;
  /** Bucket index to number of values; bucket i holds (1.1^(i-1), 1.1^i] milliseconds. */
  readonly buckets: Readonly<Record<string, number>>;
}

/** Counts durations in exponential buckets. Memory is bounded: 1 us to 1 h fall into fewer than 200 buckets. */
export interface DurationSketch {
  /** Adds a duration, milliseconds; negative or not finite values are not counted. */
  record(durationMs: number): void;
  /** Multiplies every count by `factor` in 0..1, so that old conditions are forgotten. */
  decay(factor: number): void;
  toData(): DurationSketchData;
}

/** An empty sketch, or one that goes on from `initial`. */
export function createDurationSketch(initial?: DurationSketchData): DurationSketch {
  let count = initial?.count ?? 0;
  let sumMs = initial?.sumMs ?? 0;
  const buckets = new Map<number, number>();
  for (const [index, n] of Object.entries(initial?.buckets ?? {})) buckets.set(Number(index), n);
  return {
    record(durationMs) {
      if (!Number.isFinite(durationMs) || durationMs < 0) return;
      const index = bucketIndex(durationMs);
      buckets.set(index, (buckets.get(index) ?? 0) + 1);
      count += 1;
      sumMs += durationMs;
    },
    decay(factor) {
      for (const [index, n] of buckets) buckets.set(index, n * factor);
      count *= factor;
      sumMs *= factor;
    },
    toData: () => ({ count: Math.round(count), sumMs, buckets: roundedBuckets(buckets) }),
  };
}

/** The q-quantile (0..1), milliseconds: the upper bound of its bucket; undefined for an empty sketch. */
export function quantileMs(sketch: DurationSketchData, q: number): number | undefined {
  const entries = Object.entries(sketch.buckets)
    .map(([index, n]) => [Number(index), Number(n)] as const)
    .sort((a, b) => a[0] - b[0]);
  const total = entries.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return undefined;
  let seen = 0;
  for (const [index, n] of entries) {
    seen += n;
    if (seen >= q * total) return BUCKET_BASE ** index;
  }
  return undefined;
}

/** Mean, milliseconds; undefined for an empty sketch. */
export function meanMs(sketch: DurationSketchData): number | undefined {
  return sketch.count > 0 ? sketch.sumMs / sketch.count : undefined;
}

function bucketIndex(durationMs: number): number {
  return durationMs <= 0.01 ? LOWEST_BUCKET : Math.ceil(Math.log(durationMs) / LOG_BASE);
}

function roundedBuckets(buckets: ReadonlyMap<number, number>): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [index, n] of buckets) {
    const rounded = Math.round(n);
    if (rounded > 0) out[index] = rounded;
  }
  return out;
}
