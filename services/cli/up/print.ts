import { formatBytes } from "../output.js";
import type { RequestRow, Summary } from "./traffic.js";

/** What `up` shows, as text or as JSON lines. */
export interface Printer {
  /** Progress; on standard error when standard output is JSON. */
  say(text: string): void;
  header(): void;
  row(row: RequestRow): void;
  summary(summary: Summary): void;
}

const WIDTHS = [5, 10, 7, 10, 29, 7, 6] as const;

/** A printer to the given streams. */
export function createPrinter(json: boolean, out: (line: string) => void, err: (line: string) => void): Printer {
  if (json) {
    return {
      say: err,
      header: () => undefined,
      row: (row) => out(JSON.stringify(row)),
      summary: (summary) => out(JSON.stringify(summary)),
    };
  }
  return {
    say: out,
    header: () => out(columns(["#", "BYTES", "F_T/S", "KIND", "INSTANCE", "MS", "LABEL"], "REASON")),
    row: (row) => out(rowText(row)),
    summary: (summary) => out(summaryText(summary)),
  };
}

function rowText(row: RequestRow): string {
  const cells = [
    String(row.request),
    formatBytes(row.bytes),
    row.frequency.toFixed(2),
    row.kind || "-",
    row.instance || "-",
    row.ms.toFixed(1),
    row.error === undefined ? row.label : "FAILED",
  ];
  return `${columns(cells, row.error ?? row.reason)}${row.traceUrl === "" ? "" : `  ${row.traceUrl}`}`;
}

function columns(cells: readonly string[], last: string): string {
  return `${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join(" ")} ${last}`;
}

function summaryText({ requests, failed, byKind, p50Ms, p95Ms }: Summary): string {
  const kinds = Object.entries(byKind).map(([kind, count]) => `${kind} ${count}`);
  return `\n${requests} requests, ${failed} failed; ${kinds.join(", ")}; p50 ${p50Ms} ms, p95 ${p95Ms} ms`;
}
