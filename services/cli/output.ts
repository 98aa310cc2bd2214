import { formatTable as tableOf } from "../common/table/index.js";

/** A table of left-aligned columns; what is in its cells moves no terminal, and each row is one line. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return tableOf(
    header,
    rows.map((row) => row.map((cell) => printable(cell).replace(/[\n\t]/g, " "))),
  );
}

/** Text as it may be shown: control characters beside tabs and the ends of lines, which could move the terminal, as `\\x1b`. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** 1.5 KiB, 2.0 MiB: bytes for people. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

/** 0.3s, 12s, 5m: an age for people, from milliseconds. */
export function formatAge(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)}s`;
  return ms < 120_000 ? `${Math.round(ms / 1000)}s` : `${Math.round(ms / 60_000)}m`;
}

/** A wire enum's value without its prefix, in small letters: NODE_KIND_VM -> vm. */
export function shortEnum(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length).toLowerCase() : value.toLowerCase();
}
