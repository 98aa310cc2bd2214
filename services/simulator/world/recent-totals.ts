import type { DurationSketch__Output } from "../../../proto/gen/straightline/v1/DurationSketch.js";
import { createDurationSketch } from "../../common/sketch/index.js";

/** Durations of late, as agents tell of them. */
export interface RecentDurations {
  record(durationMs: number): void;
  toData(): DurationSketch__Output;
}

/** Agents halve their counts this often. */
const HALF_LIFE_MS = 60_000;
/** A tenth of the half-life: rarely enough to cost nothing. */
const DECAY_EVERY_MS = HALF_LIFE_MS / 10;

/** Count and sum only: placement reads no more of service times, and the buckets of every instance on every tick would cost most of a run. */
export function createRecentTotals(now: () => number): RecentDurations {
  let count = 0;
  let sumMs = 0;
  const decay = createDecay(now, (factor) => {
    count *= factor;
    sumMs *= factor;
  });
  return {
    record(durationMs) {
      decay();
      count += 1;
      sumMs += durationMs;
    },
    toData: () => ({ count: Math.round(count), sumMs, buckets: {} }),
  };
}

/** With buckets, for cold starts, which are few. */
export function createRecentSketch(now: () => number): RecentDurations {
  const sketch = createDurationSketch();
  let data: DurationSketch__Output = { count: 0, sumMs: 0, buckets: {} };
  const decay = createDecay(now, sketch.decay);
  return {
    record(durationMs) {
      decay();
      sketch.record(durationMs);
      data = { ...sketch.toData(), buckets: { ...sketch.toData().buckets } };
    },
    toData: () => data,
  };
}

function createDecay(now: () => number, decayBy: (factor: number) => void): () => void {
  let decayedAtMs = now();
  return () => {
    const passedMs = now() - decayedAtMs;
    if (passedMs <= DECAY_EVERY_MS) return;
    decayBy(0.5 ** (passedMs / HALF_LIFE_MS));
    decayedAtMs = now();
  };
}
