import { StraightLineError } from "../../common/errors/index.js";
import type { TracePattern } from "../scenario/index.js";

/** One request of a trace. */
export interface TraceRow {
  /** From the beginning of the file, in its own time. */
  readonly atMs: number;
  /** From the size column, already bytes; undefined: the format has none. */
  readonly sizeBytes: number | undefined;
  readonly units: number;
}

/** Counts of one function, minute by minute. */
export interface FunctionCounts {
  readonly row: number;
  readonly perMinute: readonly number[];
}

/** What a trace file holds. */
export type TraceData =
  | { readonly type: "rows"; readonly rows: readonly TraceRow[] }
  | { readonly type: "counts"; readonly functions: readonly FunctionCounts[] };

/** Columns before the counts: the hashes of function, application and owner. */
const HASH_COLUMNS = 3;
/** Counts are per minute. */
export const MINUTE_MS = 60_000;

/** Reads a trace file's text. Throws CONFIG_INVALID that names the line at fault. */
export function parseTrace(pattern: TracePattern, text: string): TraceData {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (pattern.format === "minute-counts") return { type: "counts", functions: countsOf(pattern, lines) };
  const rows = lines.flatMap((line, at) => (at === 0 && /^[A-Za-z]/.test(line) ? [] : [rowOf(pattern, line, at)]));
  const firstMs = rows.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
  const moved = rows.map((row) => ({ ...row, atMs: row.atMs - firstMs }));
  return { type: "rows", rows: moved.sort((a, b) => a.atMs - b.atMs) };
}

/** `time stamp, context tokens, generated tokens` or `milliseconds, bytes`. */
function rowOf(pattern: TracePattern, line: string, at: number): TraceRow {
  const [stamp = "", amount, units] = line.split(",");
  const atMs = pattern.format === "azure-llm" ? Date.parse(`${stamp.trim().replace(" ", "T")}Z`) : Number(stamp);
  const sizeBytes = amount === undefined ? undefined : Math.round(Number(amount) * pattern.bytesPerUnit);
  const row = { atMs, sizeBytes, units: Number(units ?? 0) };
  if (Number.isFinite(atMs) && Number.isFinite(sizeBytes ?? 0) && Number.isFinite(row.units)) return row;
  throw malformed(pattern, at, pattern.format === "azure-llm" ? "a time stamp and two counts" : "milliseconds and bytes", line);
}

function countsOf(pattern: TracePattern, lines: readonly string[]): FunctionCounts[] {
  const all = lines.slice(1).map((line, row) => {
    const perMinute = line.split(",").slice(HASH_COLUMNS).map(Number);
    if (perMinute.every((count) => count >= 0)) return { row, perMinute };
    throw malformed(pattern, row + 1, "three hashes and a count for each minute", line);
  });
  const missing = pattern.rows.find((row) => row >= all.length);
  if (missing !== undefined)
    throw new StraightLineError("CONFIG_INVALID", `${pattern.file}: has no row ${missing}, only ${all.length}`);
  return pattern.rows.length === 0 ? all : all.filter(({ row }) => pattern.rows.includes(row));
}

function malformed({ file }: TracePattern, at: number, wanted: string, line: string): StraightLineError {
  return new StraightLineError(
    "CONFIG_INVALID",
    `${file}: line ${at + 1} must be ${wanted}; got ${JSON.stringify(line.slice(0, 60))}`,
  );
}

/** Minutes of the longest function. */
export function minutesOf(functions: readonly FunctionCounts[]): number {
  return functions.reduce((most, { perMinute }) => Math.max(most, perMinute.length), 0);
}
