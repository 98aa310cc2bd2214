/** Below this difference a factor says nothing: a busy machine adds as much. */
const LEAST_DIFFERENCE_MS = 50;
const FACTOR = 2;

/** Whether a response time was predicted wrongly by a factor of two or more, and by at least 50 ms. */
export function isMispredicted(predictedMs: number | undefined, actualMs: number): boolean {
  if (predictedMs === undefined || Math.abs(actualMs - predictedMs) < LEAST_DIFFERENCE_MS) return false;
  return actualMs >= FACTOR * predictedMs || predictedMs >= FACTOR * actualMs;
}
