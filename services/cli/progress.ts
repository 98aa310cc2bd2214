/** Where progress is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells how far long work is: a bar that is redrawn in a terminal, plain lines elsewhere. */
export interface Progress {
  /** `done` of `total`; in a terminal the bar is redrawn, elsewhere a line is written at each quarter. */
  step(label: string, done: number, total: number): void;
  /** A line of its own; the same line twice in a row is written once. */
  line(text: string): void;
  /** Ends the bar that stands. */
  end(): void;
}

const BAR_WIDTH = 24;
const QUARTERS = 4;
const CLEAR_LINE = "\r\u001b[2K";

/** Progress on `output`. */
export function createProgress(output: ProgressOutput): Progress {
  const isTerminal = output.isTTY === true;
  let standing = false;
  let told = "";
  const line = (text: string): void => {
    if (text === told) return;
    told = text;
    output.write(`${standing ? CLEAR_LINE : ""}${text}\n`);
    standing = false;
  };
  return {
    step(label, done, total) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      if (!isTerminal) return line(`${label} ${Math.floor(share * QUARTERS) * (100 / QUARTERS)}%`);
      const filled = Math.round(share * BAR_WIDTH);
      output.write(`${CLEAR_LINE}${label} [${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}] ${Math.floor(share * 100)}%`);
      standing = true;
    },
    line,
    end() {
      if (standing) output.write("\n");
      standing = false;
    },
  };
}
