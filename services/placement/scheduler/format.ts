import type { NodeKind } from "./types.js";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** "512 B", "8.2 KiB", "128 KiB": one decimal place unless it is zero. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${UNITS[unit]}`;
}

/** "12.40/s". */
export function formatRate(perSecond: number): string {
  return `${perSecond.toFixed(2)}/s`;
}

/** A kind as it stands in sentences. */
export function kindName(kind: NodeKind): string {
  return kind === "vm" ? "VM" : kind;
}

/** "1 instance", "3 instances". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
