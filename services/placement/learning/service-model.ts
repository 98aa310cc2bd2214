import { type Line, update, valueAt, varianceAt } from "./line.js";
import { createOutliers, type Outliers, spreadRatio, takeShift, tame } from "./outliers.js";

/** Bytes that count as one in a line, so that its two coefficients are of one size. */
const BYTES_SCALE = 65_536;
/** Answers of a kind that count: with 0.998 the last five hundred. */
const POOL_KEEP = 0.998;
/** Of one instance with 0.99 the last hundred; when they show a shift, a third of what is known is let go at once. */
const OWN_KEEP = 0.99;
const KEPT_IN_SHIFT = 0.67;
/** An instance that is silent for ten seconds is, after about a minute more, thought to be like the others of its kind again. */
const SILENT_MS = 10_000;
const FORGET_MS = 60_000;
/**
 * An instance is thought to be within a fifth of its kind until its answers show a shift, and within half from then on. It is mostly faster or
 * slower as a whole, seldom in one coefficient. A wider prior would let two slow answers keep a good instance out of use.
 */
const OWN_PRIOR: Readonly<Line> = { offset: 1, slope: 1, p00: 0.04, p01: 0.038, p11: 0.04 };
const SHIFTED: Readonly<Line> = { offset: 1, slope: 1, p00: 0.25, p01: 0.24, p11: 0.25 };
/** Service time can't be less. */
const LEAST_MS = 0.01;
/** Weight of a new size in the mean size. */
const SIZE_WEIGHT = 0.02;

/** Service time of an application's instances of one kind: a line in bytes, and the sizes seen. */
export interface ServicePool {
  readonly line: Line;
  readonly outliers: Outliers;
  samples: number;
  meanBytes: number;
  /** Counts changes worth telling to instances that lean on it. */
  version: number;
  toldMs: number;
}

/** How one instance differs from its pool: a factor for either coefficient. */
export interface OwnService {
  readonly line: Line;
  readonly outliers: Outliers;
  samples: number;
  /** When what is known was last aged, and when it last grew. */
  agedMs: number;
  learnedMs: number;
}

/** Knows nothing. */
export function createServicePool(): ServicePool {
  return {
    line: { offset: 0, slope: 0, p00: 0, p01: 0, p11: 0 },
    outliers: createOutliers(),
    samples: 0,
    meanBytes: 0,
    version: 0,
    toldMs: 0,
  };
}

/** Like its pool. */
export function createOwnService(nowMs: number): OwnService {
  return { line: { ...OWN_PRIOR }, outliers: createOutliers(), samples: 0, agedMs: nowMs, learnedMs: nowMs };
}

/**
 * The pool's two coefficients, neither below 0. Chance makes one of them negative while sizes hardly vary; the line is then turned about its
 * value at the mean size, which is what is known best.
 */
function coefficients({ line, meanBytes }: ServicePool): { readonly base: number; readonly slope: number } {
  if (line.offset >= 0 && line.slope >= 0) return { base: line.offset, slope: line.slope };
  const meanX = meanBytes / BYTES_SCALE;
  const atMean = Math.max(LEAST_MS, valueAt(line, 1, meanX));
  return line.slope < 0 || meanX === 0 ? { base: atMean, slope: 0 } : { base: 0, slope: atMean / meanX };
}

/** The pool's service time at a size. */
function pooledMs(pool: ServicePool, bytes: number): number {
  const { base, slope } = coefficients(pool);
  return Math.max(LEAST_MS, base + slope * (bytes / BYTES_SCALE));
}

/** Learns from a service time of one instance of the pool. `count` requests had this mean. */
export function learnService(
  pool: ServicePool,
  own: OwnService,
  bytes: number,
  serviceMs: number,
  count: number,
  nowMs: number,
): void {
  const y = Math.max(LEAST_MS, serviceMs);
  if (pool.samples === 0) begin(pool, bytes, y);
  driftToPool(own, nowMs);
  own.learnedMs = nowMs;
  learnOwn(pool, own, bytes, y, count);
  learnPool(pool, bytes, y, count);
}

function begin({ line }: ServicePool, bytes: number, y: number): void {
  const x1 = Math.max(1, bytes / BYTES_SCALE);
  // As likely all of it is there at any size as all of it grows with the size.
  line.offset = y / 2;
  line.slope = y / 2 / x1;
  line.p00 = y * y;
  line.p01 = -(y * y) / (2 * x1);
  line.p11 = (y * y) / (x1 * x1);
}

function learnPool(pool: ServicePool, bytes: number, y: number, count: number): void {
  const predicted = pooledMs(pool, bytes);
  const before = pool.line.offset + pool.line.slope;
  // A service predicted as next to nothing must not count as next to certain.
  const scale = Math.max(predicted, pooledMs(pool, pool.meanBytes) / 4);
  const tamed = tame(pool.outliers, y, predicted, scale);
  const noise = (scale * spreadRatio(pool.outliers)) ** 2 / count;
  const widest = { ...pool.line, p00: predicted * predicted, p11: (predicted / Math.max(0.01, bytes / BYTES_SCALE)) ** 2 };
  update(pool.line, { x0: 1, x1: bytes / BYTES_SCALE, y: tamed, noise, keep: POOL_KEEP }, widest);
  pool.samples = Math.min(pool.samples + 1, 1 / (1 - POOL_KEEP));
  pool.meanBytes += Math.max(SIZE_WEIGHT, 1 / (pool.samples + 1)) * (bytes - pool.meanBytes);
  const after = pool.line.offset + pool.line.slope;
  if (pool.samples < 20 || Math.abs(after - before) > 0.02 * Math.abs(before)) pool.version += 1;
}

function learnOwn(pool: ServicePool, own: OwnService, bytes: number, y: number, count: number): void {
  const predicted = pooledMs(pool, bytes);
  const x1 = shareOfSlope(pool, bytes);
  const ratio = Math.max(LEAST_MS, valueAt(own.line, 1 - x1, x1));
  const tamed = tame(own.outliers, y / predicted, ratio);
  if (takeShift(own.outliers)) widen(own.line, SHIFTED, KEPT_IN_SHIFT);
  const noise = (ratio * spreadRatio(own.outliers)) ** 2 / count;
  update(own.line, { x0: 1 - x1, x1, y: tamed, noise, keep: OWN_KEEP }, SHIFTED);
  own.samples = Math.min(own.samples + 1, 1 / (1 - OWN_KEEP));
}

/** The part of the pool's prediction that grows with bytes, 0..1. */
function shareOfSlope(pool: ServicePool, bytes: number): number {
  const { base, slope } = coefficients(pool);
  const grown = slope * (bytes / BYTES_SCALE);
  return base + grown > 0 ? grown / (base + grown) : 0;
}

/** What is not seen any more is known with less certainty, and in the end believed no longer. */
export function driftToPool(own: OwnService, nowMs: number): void {
  const silentMs = nowMs - Math.max(own.agedMs, own.learnedMs + SILENT_MS);
  own.agedMs = Math.max(own.agedMs, nowMs);
  if (silentMs <= 0) return;
  const left = Math.exp(-silentMs / FORGET_MS);
  own.line.offset = 1 + (own.line.offset - 1) * left;
  own.line.slope = 1 + (own.line.slope - 1) * left;
  widen(own.line, OWN_PRIOR, left);
  own.samples *= left;
}

/** Lets go of what is known of an instance, all but the share `left`. */
function widen(line: Line, prior: Readonly<Line>, left: number): void {
  line.p00 = prior.p00 + (line.p00 - prior.p00) * left;
  line.p01 = prior.p01 + (line.p01 - prior.p01) * left;
  line.p11 = prior.p11 + (line.p11 - prior.p11) * left;
}

/** An instance's service time as a line in bytes, with what it rests on. */
export interface ServiceEstimate {
  readonly baseMs: number;
  readonly perByteMs: number;
  readonly meanMs: number;
  readonly spreadRatio: number;
  readonly errorRatio: number;
}

/** The pool's line times the instance's factors. Never called before the pool has learned anything. */
export function estimateService(pool: ServicePool, own: OwnService): ServiceEstimate {
  const { base, slope } = coefficients(pool);
  const baseMs = base * Math.max(0.05, own.line.offset);
  const perByteMs = (slope / BYTES_SCALE) * Math.max(0.05, own.line.slope);
  const meanMs = Math.max(LEAST_MS, baseMs + perByteMs * pool.meanBytes);
  const x1 = shareOfSlope(pool, pool.meanBytes);
  const poolError =
    Math.sqrt(varianceAt(pool.line, 1, pool.meanBytes / BYTES_SCALE)) / Math.max(LEAST_MS, pooledMs(pool, pool.meanBytes));
  return {
    baseMs: baseMs === 0 && perByteMs === 0 ? LEAST_MS : baseMs,
    perByteMs,
    meanMs,
    spreadRatio: spreadRatio(pool.outliers.count > own.outliers.count * 4 ? pool.outliers : own.outliers),
    errorRatio: Math.min(1, Math.hypot(poolError, Math.sqrt(varianceAt(own.line, 1 - x1, x1)))),
  };
}
