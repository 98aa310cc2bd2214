const MAX_LINES = 20;
const MAX_LINE_CHARACTERS = 400;

/** The last lines of a stream of output. */
export interface Tail {
  push(chunk: Buffer | string): void;
  /** At most twenty lines, without blank ones. */
  text(): string;
}

/** Keeps the last lines of what a program prints; its memory is bounded. */
export function createTail(): Tail {
  let lines: string[] = [];
  let open = "";
  return {
    push(chunk) {
      const parts = (open + chunk.toString()).split(/\r?\n|\r/);
      open = (parts.pop() ?? "").slice(-MAX_LINE_CHARACTERS);
      const whole = parts.filter((line) => line.trim() !== "").map((line) => line.slice(0, MAX_LINE_CHARACTERS));
      lines = [...lines, ...whole].slice(-MAX_LINES);
    },
    text: () => [...lines, open].filter((line) => line.trim() !== "").join("\n"),
  };
}
