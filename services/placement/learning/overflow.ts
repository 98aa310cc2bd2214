/**
 * Times in which an application finds no slot that serves at once, and what keeping one more warm between them would be worth.
 *
 * A warm slot that serves m requests per second makes a queue that has been building up for a time t shorter by m * t, so over an overflow of
 * length T it saves m times the integral of t; from C on, when a cold start could have been over, the slot would be there anyway and the
 * difference grows no more. To be warm it serves m * Q requests of the quiet time Q before it. So for each of those it is worth the integral
 * of min(t, C) over the overflow, divided by Q: the mean over time of how long the present overflow has lasted, up to C.
 */
export interface Overflow {
  /** When the present one began; undefined: there is none. */
  sinceMs: number | undefined;
  /** Answers in a row that lost no time. */
  undelayed: number;
  readonly beganMs: number;
  updatedMs: number;
  /** Mean over the last half minute, and the highest it has been, which is forgotten slowly. */
  meanMs: number;
  worthMs: number;
}

/** An overflow is over when this many answers in a row have lost no time, or none has come for as long as a cold start takes. */
const UNDELAYED_ENDS = 10;
const MEAN_MS = 30_000;
/** At the start a shorter time makes the mean, so that the first burst teaches the second. */
const FIRST_MEAN_MS = 10_000;
/** What was learned of bursts is halved after this long: when none overflows any more, that may be its own merit. */
const HALF_LIFE_MS = 300_000;

/** None so far. */
export function createOverflow(nowMs: number): Overflow {
  return { sinceMs: undefined, undelayed: 0, beganMs: nowMs, updatedMs: nowMs, meanMs: 0, worthMs: 0 };
}

/** Learns from an answer: whether it lost time for want of a warm slot, and what a cold start takes. */
export function learnOverflow(overflow: Overflow, isDelayed: boolean, coldStartMs: number, nowMs: number): void {
  const passedMs = Math.max(0, nowMs - overflow.updatedMs);
  overflow.updatedMs = nowMs;
  // When nobody asks nothing overflows.
  if (passedMs > coldStartMs) overflow.sinceMs = undefined;
  const ageMs = overflow.sinceMs === undefined ? 0 : Math.min(coldStartMs, nowMs - overflow.sinceMs);
  overflow.meanMs +=
    (ageMs - overflow.meanMs) * (1 - Math.exp(-passedMs / Math.min(MEAN_MS, FIRST_MEAN_MS + nowMs - overflow.beganMs)));
  overflow.worthMs = Math.max(overflow.meanMs, overflow.worthMs * 2 ** (-passedMs / HALF_LIFE_MS));
  overflow.undelayed = isDelayed ? 0 : overflow.undelayed + 1;
  if (isDelayed) overflow.sinceMs ??= nowMs;
  else if (overflow.undelayed >= UNDELAYED_ENDS) overflow.sinceMs = undefined;
}
