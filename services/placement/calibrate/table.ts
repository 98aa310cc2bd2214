import { readFile } from "node:fs/promises";
import type { Measurement } from "../learning/index.js";
import { recordingFault } from "../record/index.js";
import type { Measured } from "./read-measurements.js";

/** Columns of CSV, and fields of JSON lines. */
const COLUMNS = ["kind", "size_bytes", "frequency", "response_ms"] as const;

type Row = Readonly<Record<string, unknown>>;

/** Reads CSV with a header, or JSON lines, with these columns in any order; others are left aside. Throws RECORDING_INVALID, naming the line. */
export async function readTable(file: string): Promise<Measured> {
  const lines = (await readFile(file, "utf8")).split(/\r?\n/);
  const isJson = lines[0]?.startsWith("{") ?? false;
  const header = isJson ? [] : readHeader(file, lines[0] ?? "");
  const measurements: Measurement[] = [];
  for (const [at, text] of lines.entries()) {
    if (text.trim() === "" || (!isJson && at === 0)) continue;
    const row = isJson ? readJson(file, at + 1, text) : readCells(header, text);
    measurements.push(measurementOf(file, at + 1, row));
  }
  return { measurements, present: undefined };
}

function readHeader(file: string, text: string): string[] {
  const header = text.split(",").map((cell) => cell.trim());
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  const advice = "give a recording, CSV with a header, or JSON lines";
  throw recordingFault(file, 1, `has no column ${missing.join(", ")}; ${advice} with ${COLUMNS.join(", ")}`);
}

function readCells(header: readonly string[], text: string): Row {
  const cells = text.split(",").map((cell) => cell.trim());
  return Object.fromEntries(header.map((name, at) => [name, name === "kind" ? cells[at] : numberOf(cells[at])]));
}

function numberOf(cell: string | undefined): number {
  return cell === undefined || cell === "" ? Number.NaN : Number(cell);
}

function readJson(file: string, line: number, text: string): Row {
  try {
    return { ...(JSON.parse(text) as Row) };
  } catch (cause) {
    throw recordingFault(file, line, "is no JSON object", cause);
  }
}

function measurementOf(file: string, line: number, row: Row): Measurement {
  const { kind, size_bytes: sizeBytes, frequency, response_ms: responseMs } = row;
  if (kind !== "vm" && kind !== "container" && kind !== "serverless") {
    throw recordingFault(file, line, `kind: must be vm, container or serverless; got ${JSON.stringify(kind ?? "")}`);
  }
  const numbers = { size_bytes: sizeBytes, frequency, response_ms: responseMs };
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value === "number" && value >= 0 && Number.isFinite(value)) continue;
    throw recordingFault(file, line, `${name}: must be a number of 0 or more; got ${JSON.stringify(value ?? "")}`);
  }
  return { kind, sizeBytes: Number(sizeBytes), frequency: Number(frequency), responseMs: Number(responseMs) };
}
