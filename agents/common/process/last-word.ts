/** The end of a log that is looked at. */
export const LAST_WORD_BYTES = 4096;
const LONGEST_CHARACTERS = 300;

/** How a program ended, with the reason that its log gives, if it gives one. */
export function withLastWord(how: string, log: string): string {
  const word = lastWord(log);
  return word === "" ? how : `${how}: ${word}`;
}

/** What a program said last: stack frames, properties and the like below an error are not it, nor what it logged in JSON as no fault. */
function lastWord(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  const word = lines.map(wordOf).findLast((one) => one !== undefined) ?? lines.findLast((line) => !line.startsWith("{")) ?? "";
  return word.replace(/\s+/g, " ").trim().slice(0, LONGEST_CHARACTERS);
}

function wordOf(line: string): string | undefined {
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
