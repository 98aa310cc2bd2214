import type { NodeKind } from "../scheduler/index.js";

/** One placed request, as Explain, Watch or a file of reports tells of it. */
export interface Measurement {
  readonly kind: NodeKind;
  readonly sizeBytes: number;
  /** f_t at its arrival, per second. */
  readonly frequency: number;
  /** Response time; of a failed request the time that it cost its caller. */
  readonly responseMs: number;
}

/** What the measurements say of F and D. */
export interface Calibration {
  /** Requests per second. */
  readonly frequencyThreshold: number;
  readonly sizeThresholdBytes: number;
  /** Mean response time that the fitted models expect of the measured requests under these thresholds. */
  readonly expectedMs: number;
  /** The same under the present thresholds; undefined: they were not given. */
  readonly presentMs: number | undefined;
  /** By kind, over all its measurements. */
  readonly forms: Readonly<Record<NodeKind, FormLine>>;
  /** What makes the result doubtful, each a sentence. */
  readonly warnings: readonly string[];
}

/** What a form was measured to take: base + perByte * bytes, milliseconds. */
export interface FormLine {
  readonly measurements: number;
  readonly baseMs: number;
  readonly perByteMs: number;
}

/** F in requests per second and D in bytes. */
export interface ThresholdPair {
  readonly frequencyThreshold: number;
  readonly sizeThresholdBytes: number;
}

const KINDS: readonly NodeKind[] = ["vm", "container", "serverless"];
/** Candidates for either threshold: quantiles of what was measured, and the two ends, which switch a branch off. */
const GRID_STEPS = 20;
/** Congestion is seen as a response time that changes with f_t: each kind has a line in bytes for each band of it. */
const BANDS = 5;
/** Fewer measurements of a form than these do not make a line. */
export const LEAST_FOR_LINE = 8;
/** Fewer make one that is worth a warning. */
const FEW = 30;

/**
 * Fits F and D, as "empirical" asks: for each kind a line of response time in bytes for each band of request frequency, then the pair of a
 * grid with the lowest mean over the measured requests, were each placed by the paper's rule. Undefined when a kind that the rule needs
 * was never measured. Equal means are won by the pair nearest to the middle of the grid, so that a threshold nobody crosses is not extreme.
 */
export function calibrate(measurements: readonly Measurement[], present?: ThresholdPair): Calibration | undefined {
  const byKind = KINDS.map((kind) => [kind, measurements.filter((one) => one.kind === kind)] as const);
  if (byKind.some(([, own]) => own.length < LEAST_FOR_LINE)) return undefined;
  const bands = quantiles(
    measurements.map(({ frequency }) => frequency),
    BANDS,
  ).slice(1, -1);
  const expected = createExpectation(measurements, bands);
  const best = search(measurements, expected);
  const forms = Object.fromEntries(byKind.map(([kind, own]) => [kind, lineOf(own)])) as Record<NodeKind, FormLine>;
  const presentMs = present && meanUnder(measurements, expected, present.frequencyThreshold, present.sizeThresholdBytes);
  return { ...best, presentMs, forms, warnings: warningsOf(measurements, best) };
}

type Expectation = (kind: NodeKind, sizeBytes: number, frequency: number) => number;

function createExpectation(measurements: readonly Measurement[], bands: readonly number[]): Expectation {
  const bandOf = (frequency: number): number => bands.filter((edge) => frequency > edge).length;
  const lines = new Map<string, (sizeBytes: number) => number>();
  for (const kind of KINDS) {
    const own = measurements.filter((one) => one.kind === kind);
    for (let band = 0; band <= bands.length; band++) {
      const inBand = own.filter(({ frequency }) => bandOf(frequency) === band);
      lines.set(`${kind}/${band}`, fitLine(inBand.length >= LEAST_FOR_LINE ? inBand : own));
    }
  }
  return (kind, sizeBytes, frequency) => lines.get(`${kind}/${bandOf(frequency)}`)?.(sizeBytes) ?? 0;
}

function fitLine(points: readonly Measurement[]): (sizeBytes: number) => number {
  const { baseMs, perByteMs } = lineOf(points);
  return (sizeBytes) => Math.max(0, baseMs + perByteMs * sizeBytes);
}

/** Least squares of response time on bytes; a line that would fall is level. */
function lineOf(points: readonly Measurement[]): FormLine {
  const meanX = mean(points.map(({ sizeBytes }) => sizeBytes));
  const meanY = mean(points.map(({ responseMs }) => responseMs));
  const spread = mean(points.map(({ sizeBytes }) => (sizeBytes - meanX) ** 2));
  const joint = mean(points.map(({ sizeBytes, responseMs }) => (sizeBytes - meanX) * (responseMs - meanY)));
  const slope = spread > 0 ? Math.max(0, joint / spread) : 0;
  return { measurements: points.length, baseMs: meanY - slope * meanX, perByteMs: slope };
}

interface Thresholds extends ThresholdPair {
  readonly expectedMs: number;
}

function search(measurements: readonly Measurement[], expected: Expectation): Thresholds {
  const frequencies = gridOf(measurements.map(({ frequency }) => frequency));
  const sizes = gridOf(measurements.map(({ sizeBytes }) => sizeBytes));
  let best: Thresholds | undefined;
  let bestDistance = 0;
  for (const [i, frequencyThreshold] of frequencies.entries()) {
    for (const [j, sizeThresholdBytes] of sizes.entries()) {
      const distance = Math.abs(i / frequencies.length - 0.5) + Math.abs(j / sizes.length - 0.5);
      const expectedMs = meanUnder(measurements, expected, frequencyThreshold, sizeThresholdBytes);
      if (best !== undefined && !isBetter(expectedMs, distance, best.expectedMs, bestDistance)) continue;
      best = { frequencyThreshold, sizeThresholdBytes, expectedMs };
      bestDistance = distance;
    }
  }
  if (best === undefined) throw new Error("calibrate: an empty grid");
  return best;
}

function isBetter(ms: number, distance: number, bestMs: number, bestDistance: number): boolean {
  const isEqual = Math.abs(ms - bestMs) <= 1e-9 * bestMs;
  return isEqual ? distance < bestDistance : ms < bestMs;
}

function meanUnder(measurements: readonly Measurement[], expected: Expectation, frequency: number, size: number): number {
  let sum = 0;
  for (const one of measurements) sum += expected(kindBy(one, frequency, size), one.sizeBytes, one.frequency);
  return sum / Math.max(1, measurements.length);
}

/** The paper's first, second and third branch with every kind free. */
function kindBy({ frequency, sizeBytes }: Measurement, frequencyThreshold: number, sizeThresholdBytes: number): NodeKind {
  if (frequency > frequencyThreshold && sizeBytes < sizeThresholdBytes) return "serverless";
  return sizeBytes > sizeThresholdBytes ? "container" : "vm";
}

/** Distinct quantiles and a value beyond either end. */
function gridOf(values: readonly number[]): number[] {
  const inner = quantiles(values, GRID_STEPS);
  return [...new Set([0, ...inner, (inner.at(-1) ?? 0) + 1])].sort((a, b) => a - b);
}

/** The 0/n, 1/n ... n/n quantiles. */
function quantiles(values: readonly number[], n: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from({ length: n + 1 }, (_, at) => sorted[Math.round((at / n) * (sorted.length - 1))] ?? 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function warningsOf(measurements: readonly Measurement[], best: Thresholds): string[] {
  const warnings = KINDS.flatMap((kind) => {
    const count = measurements.filter((one) => one.kind === kind).length;
    return count < FEW ? [`Only ${count} requests were measured in the form ${kind}: its line is a guess.`] : [];
  });
  const frequencies = measurements.map(({ frequency }) => frequency);
  const sizes = measurements.map(({ sizeBytes }) => sizeBytes);
  if (new Set(frequencies).size < BANDS) warnings.push("The request frequency hardly varied, so F is a guess.");
  if (new Set(sizes).size < 3) warnings.push("The data size hardly varied, so D is a guess.");
  if (frequencies.every((frequency) => frequency <= best.frequencyThreshold))
    warnings.push("No measured frequency is above F: serverless never paid.");
  if (sizes.every((size) => size <= best.sizeThresholdBytes))
    warnings.push("No measured size is above D: containers never paid.");
  return warnings;
}
