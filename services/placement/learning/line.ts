/** A line y = offset * x0 + slope * x1 under recursive least squares, with the covariance of its two coefficients. */
export interface Line {
  offset: number;
  slope: number;
  /** Variance of the offset, covariance, variance of the slope. */
  p00: number;
  p01: number;
  p11: number;
}

/** One observation of a line. */
export interface Observation {
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  /** Variance of y about the line. */
  readonly noise: number;
  /** Weight that earlier observations keep, 0..1. */
  readonly keep: number;
}

/** The line's value. */
export function valueAt(line: Line, x0: number, x1: number): number {
  return line.offset * x0 + line.slope * x1;
}

/** Variance of the line's value that comes from not knowing its coefficients. */
export function varianceAt({ p00, p01, p11 }: Line, x0: number, x1: number): number {
  return Math.max(0, p00 * x0 * x0 + 2 * p01 * x0 * x1 + p11 * x1 * x1);
}

/**
 * Recursive least squares with exponential forgetting (Ljung, "System Identification", 2nd ed., section 11.2). Forgetting lets the
 * covariance grow without end where the inputs do not vary; so each variance stays below its value in `widest`.
 */
export function update(line: Line, { x0, x1, y, noise, keep }: Observation, widest: Readonly<Line>): void {
  const g0 = line.p00 * x0 + line.p01 * x1;
  const g1 = line.p01 * x0 + line.p11 * x1;
  const scale = keep * noise + g0 * x0 + g1 * x1;
  if (!(scale > 0)) return;
  const error = y - valueAt(line, x0, x1);
  line.offset += (g0 / scale) * error;
  line.slope += (g1 / scale) * error;
  line.p00 = (line.p00 - (g0 * g0) / scale) / keep;
  line.p01 = (line.p01 - (g0 * g1) / scale) / keep;
  line.p11 = (line.p11 - (g1 * g1) / scale) / keep;
  bound(line, widest);
}

/** Scales rows and columns, so that the matrix stays one of covariances. */
function bound(line: Line, widest: Readonly<Line>): void {
  const a = line.p00 > widest.p00 ? Math.sqrt(widest.p00 / line.p00) : 1;
  const b = line.p11 > widest.p11 ? Math.sqrt(widest.p11 / line.p11) : 1;
  line.p00 *= a * a;
  line.p01 *= a * b;
  line.p11 *= b * b;
}
