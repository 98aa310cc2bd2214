import { type Line, update, valueAt } from "./line.js";
import { createOutliers, type Outliers, spreadRatio, tame } from "./outliers.js";

const BYTES_SCALE = 65_536;
/** The last fifty answers count. */
const KEEP = 0.98;
/** A round trip inside a data centre takes about a millisecond; one across a continent shows in a few answers. */
const FIRST_BASE_MS = 1;
const FIRST_BASE_SPREAD_MS = 10;
/** In doubt of the bandwidth 64 KiB take up to this much: 100 Mbit/s. */
const FIRST_SCALE_MS = 5;
const LEAST_MS = 0.05;
const MEAN_WEIGHT = 0.05;

/** Time to send to a node and to get the answer back: a line in bytes. */
export interface Transfer {
  readonly line: Line;
  readonly widest: Readonly<Line>;
  readonly outliers: Outliers;
  /** Of recent answers. */
  meanMs: number;
}

/** Begins with the bandwidth that telemetry tells; 0: not known. */
export function createTransfer(bytesPerSecond: number): Transfer {
  const slope = bytesPerSecond > 0 ? (BYTES_SCALE / bytesPerSecond) * 1000 : 0;
  const spread = bytesPerSecond > 0 ? slope : FIRST_SCALE_MS;
  const widest = { offset: FIRST_BASE_MS, slope, p00: FIRST_BASE_SPREAD_MS ** 2, p01: 0, p11: spread ** 2 };
  return { line: { ...widest }, widest, outliers: createOutliers(), meanMs: 0 };
}

/** Learns from an answer's time outside the instance. */
export function learnTransfer(transfer: Transfer, bytes: number, transferMs: number): void {
  const { line, widest, outliers } = transfer;
  const x1 = bytes / BYTES_SCALE;
  const predicted = Math.max(LEAST_MS, valueAt(line, 1, x1));
  transfer.meanMs += (transfer.meanMs === 0 ? 1 : MEAN_WEIGHT) * (transferMs - transfer.meanMs);
  // A way predicted as next to nothing must not count as next to certain.
  const scale = Math.max(predicted, transfer.meanMs / 2);
  const y = tame(outliers, Math.max(LEAST_MS, transferMs), predicted, scale);
  update(line, { x0: 1, x1, y, noise: (scale * spreadRatio(outliers)) ** 2, keep: KEEP }, widest);
}

/** The line in bytes; neither coefficient is negative. */
export function estimateTransfer({ line }: Transfer): { readonly baseMs: number; readonly perByteMs: number } {
  return { baseMs: Math.max(0, line.offset), perByteMs: Math.max(0, line.slope) / BYTES_SCALE };
}
