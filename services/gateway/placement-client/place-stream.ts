import type { PlaceStreamItem } from "../../../proto/gen/straightline/v1/PlaceStreamItem.js";
import type { PlaceStreamResult__Output } from "../../../proto/gen/straightline/v1/PlaceStreamResult.js";

/** A stream that is open. */
export interface OpenStream {
  /** False: wait for onDrain before the next write. */
  write(items: readonly PlaceStreamItem[]): boolean;
  close(): void;
}

/** What a stream tells; nothing comes after onClosed. */
export interface StreamEvents {
  onResults(results: readonly PlaceStreamResult__Output[]): void;
  onDrain(): void;
  onClosed(error: unknown): void;
}

/** Opens a stream; it may fail at once, through onClosed. */
export type StreamOpener = (events: StreamEvents) => OpenStream;

/** An item on its way. */
export interface StreamEntry {
  readonly item: Omit<PlaceStreamItem, "id">;
  /** Gives up after this many sends on streams that broke. */
  readonly maxSends: number;
  /** True: nobody waits any more; it is dropped if it has not been sent. */
  abandoned(): boolean;
  settle(result: PlaceStreamResult__Output): void;
  fail(error: unknown): void;
}

/** Bounds of a stream. */
export interface PlaceStreamOptions {
  readonly open: StreamOpener;
  /** Items of a sort that may wait to be sent, and items that may wait for an answer; beyond it the oldest report is dropped, or a Place refused. */
  readonly maxWaiting: number;
  readonly onDropped: () => void;
}

/** Many items over one stream that is opened again whenever it breaks. */
export interface PlaceStream {
  /** False: the queue is full. */
  place(entry: StreamEntry): boolean;
  report(entry: StreamEntry): void;
  /** Reports that placement has not yet taken. */
  openReports(): number;
  close(): void;
}

/** The contract allows at most this many items a message. */
const MAX_ITEMS_PER_MESSAGE = 256;

/** Delay before a broken stream is opened again: doubles from the first to the last, and falls back once an answer comes. */
const BACKOFF_FIRST_MS = 50;
const BACKOFF_LAST_MS = 1000;

interface Waiting {
  readonly entry: StreamEntry;
  readonly isReport: boolean;
  sends: number;
}

/** Creates the stream and opens it. */
export function createPlaceStream({ open, maxWaiting, onDropped }: PlaceStreamOptions): PlaceStream {
  // Reports go first: each frees a slot that a Place behind it may be waiting for.
  const reports: Waiting[] = [];
  const places: Waiting[] = [];
  const sent = new Map<number, Waiting>();
  let stream: OpenStream | undefined;
  let blocked = false;
  let flushScheduled = false;
  let closed = false;
  let nextId = 1;
  let failures = 0;
  let reopenTimer: NodeJS.Timeout | undefined;

  const scheduleFlush = (): void => {
    if (flushScheduled || closed) return;
    flushScheduled = true;
    // One message per turn of the event loop: all that arrives in a turn travels together.
    setImmediate(() => {
      flushScheduled = false;
      flush();
    });
  };

  const flush = (): void => {
    while (stream !== undefined && !blocked) {
      const items = takeBatch();
      if (items.length === 0) return;
      blocked = !stream.write(items);
    }
  };

  const takeBatch = (): PlaceStreamItem[] => {
    const items: PlaceStreamItem[] = [];
    while (items.length < MAX_ITEMS_PER_MESSAGE && sent.size < maxWaiting) {
      const next = reports.shift() ?? places.shift();
      if (next === undefined) break;
      if (next.entry.abandoned()) continue;
      next.sends += 1;
      const id = nextId++;
      sent.set(id, next);
      items.push({ ...next.entry.item, id });
    }
    return items;
  };

  const onResults = (results: readonly PlaceStreamResult__Output[]): void => {
    failures = 0;
    for (const result of results) {
      const waiting = sent.get(result.id);
      sent.delete(result.id);
      waiting?.entry.settle(result);
    }
    if (places.length + reports.length > 0) scheduleFlush();
  };

  const onClosed = (error: unknown): void => {
    stream = undefined;
    blocked = false;
    const lost = [...sent.values()];
    sent.clear();
    for (const waiting of lost.reverse()) {
      if (waiting.sends >= waiting.entry.maxSends || closed) waiting.entry.fail(error);
      else (waiting.isReport ? reports : places).unshift(waiting);
    }
    if (closed) return;
    reopenTimer = setTimeout(reopen, backoffMs(failures++));
  };

  const reopen = (): void => {
    let over = false;
    const opened = open({
      onResults,
      onDrain: () => {
        blocked = false;
        scheduleFlush();
      },
      onClosed: (error) => {
        if (over) return;
        over = true;
        onClosed(error);
      },
    });
    if (over) return;
    stream = opened;
    scheduleFlush();
  };

  const failAll = (): void => {
    for (const { entry } of [...reports.splice(0), ...places.splice(0), ...sent.values()]) entry.fail(undefined);
    sent.clear();
  };

  reopen();
  return {
    place(entry) {
      if (closed || places.length >= maxWaiting) return false;
      places.push({ entry, isReport: false, sends: 0 });
      scheduleFlush();
      return true;
    },
    report(entry) {
      if (reports.length >= maxWaiting) {
        reports.shift();
        onDropped();
      }
      reports.push({ entry, isReport: true, sends: 0 });
      scheduleFlush();
    },
    openReports: () => reports.length + [...sent.values()].filter((waiting) => waiting.isReport).length,
    close() {
      closed = true;
      clearTimeout(reopenTimer);
      failAll();
      stream?.close();
    },
  };
}

function backoffMs(failures: number): number {
  return Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 10));
}
