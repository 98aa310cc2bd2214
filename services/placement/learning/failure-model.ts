import { UNKNOWN_INSTANCE } from "../scheduler/index.js";

/** Failures and answers, old ones counting less: a Beta distribution of the risk. */
export interface Failures {
  failed: number;
  answered: number;
  updatedMs: number;
}

/** Half of what is known of failures is forgotten after this long: a restart or a repair takes about as much. */
const HALF_LIFE_MS = 30_000;
/** Beyond this many, new ones weigh more than their number. */
const MOST_COUNTED = 200;
/** What is thought of an instance before its first answer counts as much as this many answers. */
const PRIOR_ANSWERED = 20;
const PRIOR_FAILED = PRIOR_ANSWERED * UNKNOWN_INSTANCE.failureRisk;

/** Nothing seen. */
export function createFailures(nowMs: number): Failures {
  return { failed: 0, answered: 0, updatedMs: nowMs };
}

/** Counts an outcome; `failed` in 0..1, where a refusal for want of a slot is less than a failure. */
export function learnFailure(failures: Failures, failed: number, nowMs: number): void {
  forget(failures, nowMs);
  failures.failed += failed;
  failures.answered += 1 - failed;
  const total = failures.failed + failures.answered;
  if (total <= MOST_COUNTED) return;
  failures.failed *= MOST_COUNTED / total;
  failures.answered *= MOST_COUNTED / total;
}

function forget(failures: Failures, nowMs: number): void {
  const left = 2 ** (-Math.max(0, nowMs - failures.updatedMs) / HALF_LIFE_MS);
  failures.failed *= left;
  failures.answered *= left;
  failures.updatedMs = nowMs;
}

/** Expected risk 0..1 of an instance: the Beta's mean, with the pool's risk as its prior. */
export function failureRisk(own: Failures, pool: Failures, nowMs: number): number {
  forget(own, nowMs);
  forget(pool, nowMs);
  const pooled = (pool.failed + PRIOR_FAILED) / (pool.failed + pool.answered + PRIOR_FAILED + PRIOR_ANSWERED);
  const prior = PRIOR_FAILED + PRIOR_ANSWERED;
  return (own.failed + pooled * prior) / (own.failed + own.answered + prior);
}
