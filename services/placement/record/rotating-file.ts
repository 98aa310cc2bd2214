import { createWriteStream, existsSync, openSync, renameSync, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { StraightLineError, systemCode } from "../../common/errors/index.js";

/** A file that is put aside when it is full. */
export interface RotatingFile {
  /** False while the disk does not keep up, and for good once it has failed. */
  isReady(): boolean;
  /** Writes text, which stays in one file; after it a full file is put aside and the next is begun. */
  write(text: string): void;
  close(): Promise<void>;
}

/** How a file rotates. */
export interface RotatingFileOptions {
  readonly path: string;
  /** A file that has reached this size is full. */
  readonly maxBytes: number;
  /** Files kept, this one among them: `path`, `path.1` (the youngest of the full ones), `path.2` ... */
  readonly files: number;
  /** Called for the first text of each file. */
  readonly begin: () => string;
  /** Called once: nothing is written any more. */
  readonly onFailure: (error: unknown) => void;
}

interface OpenFile {
  readonly stream: WriteStream;
  bytes: number;
}

/** Bytes on their way to the disk; beyond it the file is not ready. */
const MOST_PENDING_BYTES = 8 * 1024 * 1024;
/** Whoever may not see requests and endpoints otherwise must not see them here. */
const OWNER_ONLY = 0o600;

/** Opens a new file at the path, putting an old one aside. Throws CONFIG_INVALID where it cannot be written. */
export function openRotatingFile({ path, maxBytes, files, begin, onFailure }: RotatingFileOptions): RotatingFile {
  let failed = false;
  const fail = (error: unknown): void => {
    if (!failed) onFailure(error);
    failed = true;
  };
  const open = (): OpenFile => {
    putAside(path, files);
    const stream = createWriteStream(path, { fd: openSync(path, "w", OWNER_ONLY) });
    stream.on("error", fail);
    const head = begin();
    stream.write(head);
    return { stream, bytes: Buffer.byteLength(head) };
  };
  let ended: Promise<unknown> = Promise.resolve();
  const end = (): void => {
    current.stream.end();
    // An error has been told by then.
    ended = Promise.all([ended, finished(current.stream).catch(() => undefined)]);
  };
  const rotate = (): void => {
    end();
    try {
      current = open();
    } catch (error) {
      fail(error);
    }
  };
  let current = openFirst(path, open);
  return {
    isReady: () => !failed && current.stream.writableLength < MOST_PENDING_BYTES,
    write(text) {
      current.stream.write(text);
      current.bytes += Buffer.byteLength(text);
      if (current.bytes >= maxBytes) rotate();
    },
    async close() {
      end();
      await ended;
    },
  };
}

function openFirst(path: string, open: () => OpenFile): OpenFile {
  try {
    return open();
  } catch (cause) {
    throw new StraightLineError("CONFIG_INVALID", `${path}: cannot be written (${systemCode(cause) ?? "unknown"})`, { cause });
  }
}

/** The oldest is overwritten. */
function putAside(path: string, files: number): void {
  const nameOf = (age: number): string => (age === 0 ? path : `${path}.${age}`);
  for (let age = files - 2; age >= 0; age--) {
    if (existsSync(nameOf(age))) renameSync(nameOf(age), nameOf(age + 1));
  }
}
