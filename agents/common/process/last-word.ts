import { stripVTControlCharacters } from "node:util";

/** The end of a log that is looked at. */
export const LAST_WORD_BYTES = 4096;
const LONGEST_CHARACTERS = 300;

/** By what a program ended; neither: nobody saw it. */
export interface ProgramEnd {
  readonly code?: number | null;
  readonly signal?: string | null;
}

const FROM_OUTSIDE: readonly unknown[] = ["SIGKILL", "SIGTERM", 128 + 9, 128 + 15];

/** How a program ended, with the reason that its log gives, if it gives one. Whoever is killed from outside has no last word on it. */
export function withLastWord(how: string, { code, signal }: ProgramEnd, log: string): string {
  const word = FROM_OUTSIDE.includes(signal ?? code) ? "" : lastWord(log);
  return word === "" ? how : `${how}: ${word}`;
}

/**
 * The last fault that a program told of, else the last line it wrote. Stack frames, properties and the like below an error are none, nor is
 * what it logged in JSON as no fault.
 */
function lastWord(log: string): string {
  const lines = stripVTControlCharacters(log)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const words = lines.map(wordOf).filter((one) => one !== undefined);
  const word = words.findLast((one) => FAULT.test(one)) ?? words.at(-1) ?? lines.findLast((line) => !line.startsWith("{")) ?? "";
  return word.replace(/\s+/g, " ").trim().slice(0, LONGEST_CHARACTERS);
}

/** As runtimes and loggers mark it: at the beginning of a line, or as the level. */
const FAULT =
  /^[\w.]*(Error|Exception|ExceptionGroup)\b|^\W*(fatal|panic|critical|error|Fatal|Panic|Critical)\b|\b(FATAL|CRITICAL|ERROR)\b|Exception:/;

function wordOf(framed: string): string | undefined {
  // Python puts the parts of a group of exceptions into a frame.
  const line = framed.replace(/^\s+\| (?=\w)/, "");
  if (BELOW_AN_ERROR.test(line)) return undefined;
  const { level, severity = level, msg, message = msg } = entryOf(line);
  if (severity !== undefined && !isFault(severity)) return undefined;
  return typeof message === "string" ? message : line;
}

/** What runtimes print below an error: indented lines and closing brackets; Node.js its version; Go its goroutines and their frames; Rust a hint. */
const BELOW_AN_ERROR = new RegExp(
  [
    "^\\s",
    "^[\\])}]+;?\\s*$",
    "^Node\\.js v\\d",
    "^goroutine \\d+ \\[|^\\[signal |^created by |^exit status \\d+$|^[\\w./-]+(\\.\\(\\*?\\w+\\))?\\.[\\w.]+\\(.*\\)$",
    "^note: run with `RUST_BACKTRACE",
  ].join("|"),
);

/** A log line in JSON, as most loggers name its parts; any other line is an empty one. */
function entryOf(line: string): { level?: unknown; severity?: unknown; msg?: unknown; message?: unknown } {
  if (!line.startsWith("{")) return {};
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

const WARNING_LEVEL = 40;

/** Levels are words, or numbers as pino's. */
function isFault(level: unknown): boolean {
  return typeof level === "number" ? level >= WARNING_LEVEL : /^(warn|err|fatal|crit|alert|emerg|panic)/i.test(String(level));
}
