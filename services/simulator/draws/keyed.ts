/** What a draw is for: two purposes of one key never share a draw. */
const PURPOSE = {
  request: 1,
  gap: 2,
  size: 3,
  service: 4,
  spread: 5,
  coldStart: 6,
  decision: 7,
  telemetryLoss: 8,
  telemetryDelay: 9,
  phase: 10,
  locality: 11,
  home: 12,
  function: 13,
  thinning: 14,
} as const;

/** A purpose of a draw. */
export type Purpose = keyof typeof PURPOSE;

/**
 * Mixes whole numbers into a 32-bit key, each in turn by the finaliser of MurmurHash3 (github.com/aappleby/smhasher). Draws depend on their key
 * alone, never on the order in which they are made, so that every policy meets the same arrivals, sizes and service times.
 */
export function keyOf(...parts: readonly number[]): number {
  let key = 0x9e3779b9;
  for (const part of parts) key = mix(key, part);
  return key;
}

/** A draw in 0..1, both ends excluded. */
export function drawUniform(key: number, purpose: Purpose, extra = 0): number {
  return (mix(mix(key, PURPOSE[purpose]), extra) + 0.5) / 2 ** 32;
}

function mix(key: number, part: number): number {
  let x = (Math.imul(key, 0x2545f491) + Math.imul(part ^ (part / 2 ** 32), 0x9e3779b1) + 0x7f4a7c15) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
