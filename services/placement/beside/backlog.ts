/** Work that is done beside answering, a little at a time. */
export interface Backlog<T> {
  /** Takes an item, or counts it as dropped when the backlog is full. */
  add(item: T): void;
  /** Items dropped since the last call. */
  takeDropped(): number;
  /** Works off what is held, now. */
  finish(): void;
}

/** How a backlog is worked off. */
export interface BacklogOptions<T> {
  /** Items held; beyond it new ones are dropped. */
  readonly limit: number;
  /** Largest share of one core that the work may take, 0..1. */
  readonly cpuShare: number;
  readonly work: (item: T) => void;
  /** Told of what `work` throws; the item is done with. */
  readonly onError: (error: unknown) => void;
}

/** Work of one turn of the event loop: an answer that becomes ready meanwhile waits this long at most. */
const SLICE_MS = 2;

/** An empty backlog. Items are worked off in order, never in the turn of the event loop that added them. */
export function createBacklog<T>({ limit, cpuShare, work, onError }: BacklogOptions<T>): Backlog<T> {
  const items: T[] = [];
  let scheduled = false;
  let dropped = 0;
  let restUntilMs = 0;
  const workOff = (): void => {
    try {
      work(items.shift() as T);
    } catch (error) {
      onError(error);
    }
  };
  const schedule = (): void => {
    if (scheduled || items.length === 0) return;
    scheduled = true;
    const restMs = restUntilMs - performance.now();
    if (restMs > 0) setTimeout(runSlice, restMs).unref();
    else setImmediate(runSlice);
  };
  const runSlice = (): void => {
    scheduled = false;
    const startMs = performance.now();
    let endMs = startMs;
    while (items.length > 0 && endMs - startMs < SLICE_MS) {
      workOff();
      endMs = performance.now();
    }
    restUntilMs = endMs + (endMs - startMs) * (1 / cpuShare - 1);
    schedule();
  };
  return {
    add(item) {
      if (items.length >= limit) {
        dropped += 1;
        return;
      }
      items.push(item);
      schedule();
    },
    takeDropped() {
      const count = dropped;
      dropped = 0;
      return count;
    },
    finish() {
      while (items.length > 0) workOff();
    },
  };
}
