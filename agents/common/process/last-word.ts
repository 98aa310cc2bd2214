/** The end of a log that is looked at. */
export const LAST_WORD_BYTES = 4096;
const LONGEST_CHARACTERS = 300;

/** How a program ended, with the reason that its log gives, if it gives one. */
export function withLastWord(how: string, log: string): string {
  const word = lastWord(log);
  return word === "" ? how : `${how}: ${word}`;
}

/** What a program said last: stack frames, properties and the like below an error are not it; of a log line in JSON its message is. */
function lastWord(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  const line = lines.findLast((one) => !BELOW_AN_ERROR.test(one)) ?? lines.at(-1) ?? "";
  return (messageOf(line) ?? line).replace(/\s+/g, " ").trim().slice(0, LONGEST_CHARACTERS);
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

function messageOf(line: string): string | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const { msg, message = msg } = JSON.parse(line) as { msg?: unknown; message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
