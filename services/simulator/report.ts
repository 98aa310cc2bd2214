import type { AveragedResult } from "./result/index.js";

/** Columns of the table for people. */
const COLUMNS: readonly (readonly [string, (result: AveragedResult) => string])[] = [
  ["scenario", ({ scenario }) => scenario],
  ["policy", ({ policy }) => policy],
  ["requests", ({ requests }) => String(Math.round(requests))],
  ["failed", ({ failureRate }) => percent(failureRate)],
  ["mean ms", ({ meanMs }) => ms(meanMs)],
  ["p50", ({ p50Ms }) => ms(p50Ms)],
  ["p95", ({ p95Ms }) => ms(p95Ms)],
  ["p99", ({ p99Ms }) => ms(p99Ms)],
  ["in time", ({ sloAttainment }) => percent(sloAttainment)],
  ["cost", ({ cost }) => cost.toFixed(4)],
  ["over cap", ({ overPriceCap }) => String(Math.round(overPriceCap))],
  ["cold", ({ coldStarts }) => String(Math.round(coldStarts))],
  ["vm/container/serverless", ({ byKind }) => [byKind.vm, byKind.container, byKind.serverless].map(Math.round).join("/")],
  ["alone ms", ({ uncontendedMeanMs }) => ms(uncontendedMeanMs)],
];

/** The results as a table. */
export function tableOf(results: readonly AveragedResult[]): string {
  const rows = [COLUMNS.map(([title]) => title), ...results.map((result) => COLUMNS.map(([, read]) => read(result)))];
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The results as JSON, one a line, numbers rounded to what a simulation can mean. */
export function jsonOf(results: readonly AveragedResult[]): string {
  return results.map((result) => JSON.stringify(result, (_key, value: unknown) => rounded(value))).join("\n");
}

function rounded(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(8)) : value;
}

function ms(value: number): string {
  return value < 100 ? value.toFixed(1) : String(Math.round(value));
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)}%`;
}
