/** The highest rate of late: a burst is over in seconds, and what it was must be remembered for as long as the next may stay away. */
export interface PeakRate {
  count(nowMs: number): void;
  /** The most arrivals of any second in the last five minutes. */
  perSecond(nowMs: number): number;
}

const SECOND_MS = 1000;
/** The highest second of each of the last blocks is kept, so that memory does not grow with the rate. */
const BLOCK_MS = 10_000;
const BLOCKS = 30;

/** No arrival so far. A second begins with the first arrival after the one before it. */
export function createPeakRate(): PeakRate {
  const highest = new Float64Array(BLOCKS);
  let block = 0;
  let secondStartMs = Number.NEGATIVE_INFINITY;
  let arrivals = 0;
  let peak = 0;
  const slide = (nowMs: number): void => {
    const now = Math.floor(nowMs / BLOCK_MS);
    if (now <= block) return;
    for (let passed = 1; passed <= Math.min(now - block, BLOCKS); passed++) highest[(block + passed) % BLOCKS] = 0;
    block = now;
    peak = Math.max(...highest);
  };
  return {
    count(nowMs) {
      slide(nowMs);
      if (nowMs - secondStartMs >= SECOND_MS) {
        secondStartMs = nowMs;
        arrivals = 0;
      }
      arrivals += 1;
      highest[block % BLOCKS] = Math.max(highest[block % BLOCKS] ?? 0, arrivals);
      peak = Math.max(peak, arrivals);
    },
    perSecond(nowMs) {
      slide(nowMs);
      return peak;
    },
  };
}
