import { createDurationSketch, type DurationSketchData } from "../../services/common/sketch/index.js";

/** Durations of late: what is older weighs less. */
export interface RecentSketch {
  record(durationMs: number): void;
  toData(): DurationSketchData;
}

/** Counts are halved this often: after ten minutes an old condition has all but gone. */
const HALF_LIFE_MS = 60_000;

/** A sketch that forgets with a half-life. */
export function createRecentSketch(now: () => number, halfLifeMs: number = HALF_LIFE_MS): RecentSketch {
  const sketch = createDurationSketch();
  let decayedAtMs = now();
  return {
    record(durationMs) {
      const atMs = now();
      // Rarely enough that it costs nothing, often enough that it is smooth.
      if (atMs - decayedAtMs > halfLifeMs / 10) {
        sketch.decay(0.5 ** ((atMs - decayedAtMs) / halfLifeMs));
        decayedAtMs = atMs;
      }
      sketch.record(durationMs);
    },
    toData: sketch.toData,
  };
}
