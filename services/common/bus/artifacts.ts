import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type JetStreamClient, type ObjectStore, StorageType } from "nats";
import { StraightLineError, systemCode } from "../errors/index.js";
import { type ArtifactMeta, metaSubject, readMeta, writeMeta } from "./artifact-meta.js";
import { busCall, withBusErrors } from "./bus-call.js";
import type { BusConnection } from "./connection.js";
import { BUCKET } from "./subjects.js";

/** Bundles under their digest, `sha256:<64 hex digits>`. */
export interface ArtifactStore {
  has(digest: string): Promise<boolean>;
  /**
   * Stores a file; what is there already under its digest is only told anew, so that it counts as just stored. `onProgress` is told how many of the file's bytes
   * have been read.
   */
  put(digest: string, file: string, onProgress?: (bytes: number) => void): Promise<void>;
  /**
   * Writes the artifact to `file`; `onProgress` is told how many bytes have come. Rejects with
   * ARTIFACT_INVALID when it is missing or its bytes do not match the digest, and with INVALID_REQUEST when the file cannot be written.
   */
  fetch(digest: string, file: string, onProgress?: (bytes: number) => void): Promise<void>;
}

/** Opens the object store `artifacts`, creating it when it is not there. */
export async function openArtifactStore(bus: BusConnection): Promise<ArtifactStore> {
  const store = await busCall(bus, () => openObjects(bus.client.jetstream()));
  return {
    has: (digest) => busCall(bus, () => isStored(bus, digest)),
    put: (digest, file, onProgress) => withBusErrors(() => putFile(bus, digest, file, onProgress)),
    fetch: (digest, file, onProgress) => withBusErrors(() => fetchFile({ bus, store }, digest, file, onProgress)),
  };
}

function openObjects(client: JetStreamClient): Promise<ObjectStore> {
  return client.views.os(BUCKET.artifacts, { storage: StorageType.File });
}

/** The digest of a file's bytes. */
export async function fileDigest(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest("hex")}`;
}

async function isStored(bus: BusConnection, digest: string): Promise<boolean> {
  const entry = await readMeta(bus, metaSubject(digest));
  return entry !== undefined && !entry.meta.deleted;
}

interface OpenStore {
  readonly bus: BusConnection;
  readonly store: ObjectStore;
}

async function putFile(bus: BusConnection, digest: string, file: string, onProgress?: (bytes: number) => void): Promise<void> {
  if (await renew(bus, digest)) return;
  const { client, paced } = pacedClient(bus);
  const objects = await openObjects(client);
  const source = createReadStream(file);
  try {
    source.on("data", () => onProgress?.(source.bytesRead)).pause();
    await objects.put({ name: digest }, Readable.toWeb(Readable.from(paced(source))) as ReadableStream<Uint8Array>);
  } finally {
    source.destroy();
  }
}

/** Pieces of 128 KiB that are sent before the first of them must have been stored. */
const PIECES_AHEAD = 16;

/**
 * The client reads all that there is and sends it before it looks whether any of it was stored: what is not, while it still reads, is an unhandled rejection. With this one
 * it reads no further than NATS stores, and learns of a failure as one of its source.
 */
function pacedClient(bus: BusConnection) {
  const client = bus.client.jetstream();
  const sent = new Set<Promise<unknown>>();
  const publish = client.publish.bind(client);
  client.publish = (...message) => {
    const stored = publish(...message);
    sent.add(stored);
    stored.then(() => sent.delete(stored)).catch(() => undefined);
    return stored;
  };
  async function* paced(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const piece of source) {
      while (sent.size >= PIECES_AHEAD) await Promise.race(sent);
      yield piece;
    }
  }
  return { client, paced };
}

const MAX_RENEWALS = 5;

/** Whether the artifact is there, and is from now on one that has just been stored: whoever clears up lets it be. */
async function renew(bus: BusConnection, digest: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const entry = await readMeta(bus, metaSubject(digest));
    if (entry === undefined || entry.meta.deleted || !hasBytesOf(entry.meta, digest)) return false;
    try {
      await busCall(bus, () => writeMeta(bus, entry, entry.meta));
      return true;
    } catch (error) {
      // Somebody else has renewed or removed it meanwhile.
      if (!(error instanceof StraightLineError) || error.code !== "CONFLICT" || attempt === MAX_RENEWALS) throw error;
    }
  }
}

/** The store's own digest of what it was given: under a wrong name it is stored again. */
function hasBytesOf({ digest }: ArtifactMeta, name: string): boolean {
  const bytes = Buffer.from(digest.replace("SHA-256=", ""), "base64url");
  return `sha256:${bytes.toString("hex")}` === name;
}

/** Bytes that do not come for so long do not come any more. */
const STALL_MS = 20_000;

/** The bytes go to a neighbour file first, so that `file` is never there half-written. */
async function fetchFile(
  { bus, store }: OpenStore,
  digest: string,
  file: string,
  onProgress?: (bytes: number) => void,
): Promise<void> {
  const object = await store.get(digest);
  if (object === null) throw new StraightLineError("ARTIFACT_INVALID", `artifact ${digest} is not in the store; store it again`);
  const partial = `${file}.${process.pid}.partial`;
  const flow = watchFlow(bus);
  try {
    const target = createWriteStream(partial);
    target.on("drain", () => onProgress?.(target.bytesWritten));
    const source = Readable.fromWeb(object.data as import("node:stream/web").ReadableStream);
    source.on("data", flow.touch).pause();
    await pipeline(source, target, { signal: flow.signal });
    await object.error;
    const got = await fileDigest(partial);
    if (got !== digest) throw new StraightLineError("ARTIFACT_INVALID", `artifact ${digest} is damaged: its bytes have ${got}`);
    await rename(partial, file);
  } catch (error) {
    throw localFault(error, file) ?? error;
  } finally {
    flow.close();
    await rm(partial, { force: true });
  }
}

/** Aborts when the connection is lost, or when nothing has come for long: the client would wait for ever. */
function watchFlow(bus: BusConnection) {
  const broken = new AbortController();
  const abort = (): void => broken.abort();
  const timer = setTimeout(abort, STALL_MS);
  const status = bus.onStatus(({ type }) => type === "disconnected" && abort());
  return {
    signal: broken.signal,
    touch: () => void timer.refresh(),
    close() {
      clearTimeout(timer);
      status.close();
    },
  };
}

const LOCAL_FAULTS = new Set(["ENOENT", "ENOTDIR", "EISDIR", "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"]);

/** What no waiting for NATS mends. */
function localFault(error: unknown, file: string): StraightLineError | undefined {
  const code = systemCode(error) ?? "";
  if (!LOCAL_FAULTS.has(code)) return undefined;
  return new StraightLineError("INVALID_REQUEST", `${file} cannot be written (${code}); give another file, or make room for it`, {
    cause: error,
  });
}
