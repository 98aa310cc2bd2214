/** The last 14 digits of a trace id are random (https://www.w3.org/TR/trace-context-2/#random-trace-id-flag); 8 are fine enough a ratio. */
const RANDOM_DIGITS = 8;
const RANGE = 16 ** RANDOM_DIGITS;

/** Whether a new trace is recorded, at a ratio 0..1. The same for a trace id wherever it is asked. */
export function isSampled(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-RANDOM_DIGITS), 16) < ratio * RANGE;
}
