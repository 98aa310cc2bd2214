import { closeSync, fstatSync, openSync, readSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";

/** The last `maxBytes` of a file as text; empty when it cannot be read. */
export function tailOf(file: string, maxBytes: number): string {
  return tailBytes(file, maxBytes).toString("utf8");
}

/**
 * Keeps a log that other processes append to below `limitBytes`: its younger half moves to `<file>.1`, where the disk has room for it, and the
 * rest is dropped. The writers have it open for appending, so that they go on at its new end.
 */
export function boundLogFile(file: string, limitBytes: number): void {
  try {
    if (statSync(file).size <= limitBytes) return;
    keepTail(file, Math.floor(limitBytes / 2));
    truncateSync(file, 0);
  } catch {
    // Gone with its instance.
  }
}

function keepTail(file: string, maxBytes: number): void {
  try {
    writeFileSync(`${file}.1`, tailBytes(file, maxBytes));
  } catch {
    // A full disk: what a log takes is given back all the more.
    rmSync(`${file}.1`, { force: true });
  }
}

function tailBytes(file: string, maxBytes: number): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const size = fstatSync(descriptor).size;
    const buffer = Buffer.alloc(Math.min(size, maxBytes));
    const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.subarray(0, read);
  } catch {
    // Gone with its instance: there is nothing to show.
    return Buffer.alloc(0);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
