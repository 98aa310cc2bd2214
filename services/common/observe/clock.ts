/** performance.timeOrigin is the wall clock at the start of the process, to the microsecond. */
let offsetMs = performance.timeOrigin;

/** Further behind than Date.now()'s cut to whole milliseconds explains: the wall clock was set back. */
const STEP_BACK_MS = 1.5;

/**
 * Milliseconds since the Unix epoch, to the microsecond: spans of one request come from several processes and are shorter than Date.now()'s
 * steps. Follows the wall clock when that is set, at most 1.5 ms behind it.
 */
export function epochMs(): number {
  const steadyMs = performance.now();
  // Date.now() is cut to whole milliseconds, so that the greatest difference seen is the truest.
  const seenMs = Date.now() - steadyMs;
  if (seenMs > offsetMs || seenMs < offsetMs - STEP_BACK_MS) offsetMs = seenMs;
  return steadyMs + offsetMs;
}
