import { type KV, type KvEntry, type KvWatchOptions, StorageType } from "nats";
import { withTimeout } from "../lifecycle/index.js";
import type { Codec } from "../wire/index.js";
import { busCall } from "./bus-call.js";
import type { BusConnection, Subscription } from "./connection.js";

/** A value with the revision that a compare-and-set names. */
export interface Entry<T> {
  readonly key: string;
  readonly value: T;
  readonly revision: number;
}

/** What a watch tells: first everything that is there, then `current`, then each change. After a reconnect it begins again. */
export type BucketEvent<T> =
  | { readonly type: "snapshot-begins" }
  | { readonly type: "put"; readonly entry: Entry<T> }
  | { readonly type: "deleted"; readonly key: string }
  | { readonly type: "current" };

/** A JetStream KV bucket of one message type. Every write is compare-and-set. */
export interface Bucket<Input, Output> {
  get(key: string): Promise<Entry<Output> | undefined>;
  /** All entries whose key fits the filter, in order of key. */
  entries(filter?: string): Promise<Entry<Output>[]>;
  /** Rejects with CONFLICT when the key exists. Resolves to the revision. */
  create(key: string, value: Input): Promise<number>;
  /** Rejects with CONFLICT when the revision is no longer the newest. */
  update(key: string, value: Input, revision: number): Promise<number>;
  /** Removes a key at a revision; rejects with CONFLICT when it has changed. */
  remove(key: string, revision: number): Promise<void>;
  watch(filter: string | undefined, onEvent: (event: BucketEvent<Output>) => void): Subscription;
}

/** Opens a bucket, creating it when it is not there. */
export async function openBucket<Input, Output>(
  bus: BusConnection,
  name: string,
  codec: Codec<Input, Output>,
  onMalformed: (key: string, error: unknown) => void,
): Promise<Bucket<Input, Output>> {
  const kv = await busCall(bus, () => bus.client.jetstream().views.kv(name, { history: 5, storage: StorageType.File }));
  const decode = (entry: KvEntry): Entry<Output> | undefined => {
    if (entry.operation !== "PUT") return undefined;
    try {
      return { key: entry.key, value: codec.decode(entry.value), revision: entry.revision };
    } catch (error) {
      onMalformed(entry.key, error);
      return undefined;
    }
  };
  return {
    get: async (key) => {
      const entry = await busCall(bus, () => kv.get(key));
      return entry === null ? undefined : decode(entry);
    },
    entries: (filter) => busCall(bus, () => readAll(kv, filter, decode)),
    create: (key, value) => busCall(bus, () => kv.create(key, codec.encode(value))),
    update: (key, value, revision) => busCall(bus, () => kv.update(key, codec.encode(value), revision)),
    remove: (key, revision) => busCall(bus, () => kv.delete(key, { previousSeq: revision })),
    watch: (filter, onEvent) => watchForever(bus, kv, filter, decode, onEvent),
  };
}

const READ_TIMEOUT_MS = 5000;

/** Reads by a watch that ends where the present does: one consumer, whatever number of keys. */
async function readAll<T>(
  kv: KV,
  filter: string | undefined,
  decode: (entry: KvEntry) => Entry<T> | undefined,
): Promise<Entry<T>[]> {
  const found = new Map<string, Entry<T>>();
  let stop: () => void = () => undefined;
  let current = false;
  const reading = runWatch(
    kv,
    filter,
    decode,
    (event) => {
      if (event.type === "put") found.set(event.entry.key, event.entry);
      if (event.type === "current") current = true;
      if (current) stop();
    },
    (stopIteration) => {
      stop = stopIteration;
      if (current) stop();
    },
  );
  await withTimeout(reading, READ_TIMEOUT_MS, "reading the bucket").finally(() => stop());
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A watch that could not be set up is tried again this often while the connection stands. */
const RETRY_WATCH_MS = 500;

/**
 * A consumer does not always outlive a server restart, so each reconnect begins a new watch with the whole state: consumers of it are
 * level-triggered and lose nothing.
 */
function watchForever<T>(
  bus: BusConnection,
  kv: KV,
  filter: string | undefined,
  decode: (entry: KvEntry) => Entry<T> | undefined,
  onEvent: (event: BucketEvent<T>) => void,
): Subscription {
  let generation = 0;
  let closed = false;
  let stopIteration: (() => void) | undefined;
  let retry: NodeJS.Timeout | undefined;
  const begin = (): void => {
    const mine = ++generation;
    stopIteration?.();
    const isMine = (): boolean => !closed && mine === generation;
    const deliver = (event: BucketEvent<T>): void => {
      if (isMine()) onEvent(event);
    };
    const again = (): void => {
      if (isMine() && !bus.client.isClosed()) retry = setTimeout(begin, RETRY_WATCH_MS);
    };
    runWatch(kv, filter, decode, deliver, (stop) => (stopIteration = stop)).then(again, again);
  };
  const status = bus.onStatus((event) => event.type === "reconnected" && begin());
  begin();
  return {
    close: () => {
      closed = true;
      clearTimeout(retry);
      status.close();
      stopIteration?.();
    },
  };
}

async function runWatch<T>(
  kv: KV,
  filter: string | undefined,
  decode: (entry: KvEntry) => Entry<T> | undefined,
  onEvent: (event: BucketEvent<T>) => void,
  onStarted: (stop: () => void) => void,
): Promise<void> {
  onEvent({ type: "snapshot-begins" });
  // The client runs initializedFn in step with the iteration, after the last initial entry.
  const options: KvWatchOptions = { initializedFn: () => onEvent({ type: "current" }) };
  if (filter !== undefined) options.key = filter;
  const iterator = await kv.watch(options);
  onStarted(() => iterator.stop());
  for await (const raw of iterator) {
    const entry = decode(raw);
    if (entry !== undefined) onEvent({ type: "put", entry });
    else if (raw.operation !== "PUT") onEvent({ type: "deleted", key: raw.key });
  }
}
