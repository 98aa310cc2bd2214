import { printable } from "./output.js";

/** Where progress is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Tells how far long work is: a bar that is redrawn in a terminal, plain lines elsewhere. */
export interface Progress {
  readonly isTerminal: boolean;
  /** `done` of `total`; in a terminal the bar is redrawn, elsewhere a line is written at each quarter. */
  step(label: string, done: number, total: number): void;
  /** A line of its own; the same line twice in a row is written once. */
  line(text: string): void;
  /** What is waited for: in a terminal in the place of the bar, elsewhere as a line. */
  wait(what: string): void;
  /** Takes the bar that stands away, so that something else can be written; the next step draws it again. */
  clear(): void;
  /** Ends the bar that stands. */
  end(): void;
}

const DEFAULT_COLUMNS = 80;
const BAR_WIDTH = 24;
const QUARTERS = 4;
const CLEAR_LINE = "\r\u001b[2K";

/** Progress on `output`. */
export function createProgress(output: ProgressOutput): Progress {
  const isTerminal = output.isTTY === true;
  /** The bar that stands; empty: none. */
  let bar = "";
  let told = "";
  const clear = (): void => {
    if (bar !== "") output.write(CLEAR_LINE);
    bar = "";
  };
  const line = (text: string): void => {
    if (text === told) return;
    told = text;
    clear();
    output.write(`${printable(text)}\n`);
  };
  const draw = (next: string): void => {
    if (next === bar) return;
    output.write(`${CLEAR_LINE}${next}`);
    bar = next;
  };
  return {
    isTerminal,
    step(label, done, total) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      if (!isTerminal) return line(`${label} ${Math.floor(share * QUARTERS) * (100 / QUARTERS)}%`);
      draw(barOf(printable(label), share, output.columns));
    },
    wait(what) {
      const text = `waiting for ${what}`;
      if (isTerminal) draw(fitting(printable(text), output.columns));
      else line(text);
    },
    line,
    clear,
    end() {
      if (bar !== "") output.write("\n");
      bar = "";
    },
  };
}

/** In one line of the terminal: what wraps cannot be redrawn. */
function barOf(label: string, share: number, columns: number | undefined): string {
  const filled = Math.round(share * BAR_WIDTH);
  const drawn = ` [${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}] ${Math.floor(share * 100)}%`;
  return `${fitting(label, columns, drawn.length)}${drawn}`;
}

/** What of the text fits into a line beside `taken` characters; the last column stays free. */
function fitting(text: string, columns: number | undefined, taken = 0): string {
  // A terminal may not know its width and say 0.
  return text.slice(0, Math.max(0, (columns || DEFAULT_COLUMNS) - taken - 1));
}

const WAIT_TOLD_AFTER_MS = 3000;

/** Acts once its time is over, unless it is disposed of before; `refresh` begins the time anew. */
interface Timer extends Disposable {
  refresh(): unknown;
}

/** Does work that may stall: once it has shown no progress for a few seconds, says what is waited for. */
export async function tellingWait<T>(
  progress: Progress,
  what: string,
  work: (progress: Progress) => Promise<T>,
  startTimer: (act: () => void, afterMs: number) => Timer = setTimeout,
): Promise<T> {
  using timer = startTimer(() => progress.wait(what), WAIT_TOLD_AFTER_MS);
  const step: Progress["step"] = (...args) => {
    timer.refresh();
    progress.step(...args);
  };
  try {
    return await work({ ...progress, step });
  } finally {
    progress.clear();
  }
}
