import type { Bucket, Entry } from "../../common/bus/index.js";

/** A bucket's entries, kept up to date by a watch. */
export interface Mirror<T> {
  /** What is known; kept while NATS is away. */
  readonly entries: ReadonlyMap<string, Entry<T>>;
  /** False until the whole bucket has been read, again after each reconnect: nobody may conclude from what is missing. */
  isCurrent(): boolean;
  /** Takes over an own write, which the watch tells a moment later. */
  note(entry: Entry<T>): void;
  /** Takes over an own removal. */
  forget(key: string): void;
  /** Resolves at the first time that the mirror is current. */
  readonly ready: Promise<void>;
  close(): void;
}

/**
 * Mirrors a bucket; `onChange` follows each change, with the key, or without one after a whole reading. A removal is told with its key during a reading too: nothing
 * else tells it from what a server has lost.
 */
export function createMirror<Input, T>(bucket: Bucket<Input, T>, onChange: (key: string | undefined) => void): Mirror<T> {
  const entries = new Map<string, Entry<T>>();
  let seen: Set<string> | undefined;
  let current = false;
  let markReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  const put = (entry: Entry<T>): void => {
    seen?.add(entry.key);
    const known = entries.get(entry.key);
    if (known === undefined || known.revision < entry.revision) entries.set(entry.key, entry);
  };
  const finishReading = (): void => {
    for (const key of entries.keys()) if (seen?.has(key) === false) entries.delete(key);
    seen = undefined;
    current = true;
    markReady();
    onChange(undefined);
  };
  const watch = bucket.watch(undefined, (event) => {
    if (event.type === "snapshot-begins") {
      seen = new Set();
      current = false;
    } else if (event.type === "current") {
      finishReading();
    } else {
      const key = event.type === "put" ? event.entry.key : event.key;
      if (event.type === "put") put(event.entry);
      else entries.delete(key);
      if (current || event.type === "deleted") onChange(key);
    }
  });
  return {
    entries,
    isCurrent: () => current,
    note: put,
    forget: (key) => entries.delete(key),
    ready,
    close: () => watch.close(),
  };
}
