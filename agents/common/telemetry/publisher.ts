/** Sends snapshots: on each tick, and soon after something material has changed. */
export interface SnapshotPublisher {
  /** Sends now. While the bus is away nothing is kept: the next snapshot is newer. */
  publish(): void;
  /** Something may have changed: looks soon whether it differs materially from what was sent last, and if so sends it. */
  changed(traceparent?: string): void;
  close(): void;
}

/** What a publisher needs. */
export interface PublisherOptions {
  /** Makes what is sent. */
  readonly encode: () => Uint8Array;
  /** Equal keys: nothing material has changed. */
  readonly key: () => string;
  /** Sends; undefined while the bus is away. */
  readonly send: () => ((data: Uint8Array, traceparent: string | undefined) => void) | undefined;
}

/** Changes that come together go together. */
const COALESCE_MS = 50;

/** A publisher that has sent nothing yet. */
export function createSnapshotPublisher({ encode, key, send }: PublisherOptions): SnapshotPublisher {
  let sentKey: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pendingTraceparent: string | undefined;
  const publish = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const sendNow = send();
    if (sendNow === undefined) return;
    const currentKey = key();
    sendNow(encode(), pendingTraceparent);
    sentKey = currentKey;
    pendingTraceparent = undefined;
  };
  return {
    publish,
    changed(traceparent) {
      pendingTraceparent = traceparent ?? pendingTraceparent;
      timer ??= setTimeout(() => {
        timer = undefined;
        if (key() !== sentKey) publish();
      }, COALESCE_MS);
    },
    close: () => clearTimeout(timer),
  };
}
