/** Hands values to subscribers that may be slower than their source. */
export interface WatchHub<T> {
  publish(value: T): void;
  /** True when somebody would receive. */
  hasSubscribers(): boolean;
  /** Values from now on, until the signal aborts or the hub closes. */
  subscribe(signal: AbortSignal): AsyncIterableIterator<T>;
  close(): void;
}

/** How a hub bounds a slow subscriber. */
export interface WatchHubOptions<T> {
  /** Values kept for one subscriber; beyond it the oldest goes. */
  readonly limit: number;
  /** Values of one key replace each other while they wait; absent: each stands for itself. */
  readonly keyOf?: (value: T) => string;
  /** Called once for each subscriber that lost values, when it leaves. */
  readonly onDropped: (count: number) => void;
}

interface Subscriber<T> {
  readonly pending: Map<string, T>;
  dropped: number;
  wake: (() => void) | undefined;
}

/** A hub. */
export function createWatchHub<T>({ limit, keyOf, onDropped }: WatchHubOptions<T>): WatchHub<T> {
  const subscribers = new Set<Subscriber<T>>();
  let closed = false;
  let published = 0;
  const wakeAll = (): void => {
    for (const subscriber of subscribers) subscriber.wake?.();
  };
  return {
    publish(value) {
      const key = keyOf === undefined ? String(published++) : keyOf(value);
      for (const subscriber of subscribers) offer(subscriber, key, value, limit);
      wakeAll();
    },
    hasSubscribers: () => subscribers.size > 0,
    subscribe(signal) {
      const subscriber: Subscriber<T> = { pending: new Map(), dropped: 0, wake: undefined };
      subscribers.add(subscriber);
      return drainTo(
        subscriber,
        signal,
        () => closed,
        () => {
          subscribers.delete(subscriber);
          if (subscriber.dropped > 0) onDropped(subscriber.dropped);
        },
      );
    },
    close() {
      closed = true;
      wakeAll();
    },
  };
}

function offer<T>(subscriber: Subscriber<T>, key: string, value: T, limit: number): void {
  const { pending } = subscriber;
  pending.set(key, value);
  if (pending.size <= limit) return;
  const oldest = pending.keys().next().value;
  if (oldest !== undefined) pending.delete(oldest);
  subscriber.dropped += 1;
}

async function* drainTo<T>(
  subscriber: Subscriber<T>,
  signal: AbortSignal,
  isClosed: () => boolean,
  onEnd: () => void,
): AsyncIterableIterator<T> {
  const onAbort = (): void => subscriber.wake?.();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      const values = [...subscriber.pending.values()];
      subscriber.pending.clear();
      for (const value of values) {
        if (signal.aborted) return;
        yield value;
      }
      if (subscriber.pending.size > 0) continue;
      if (isClosed() || signal.aborted) return;
      await new Promise<void>((resolve) => {
        subscriber.wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    onEnd();
  }
}
