import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ObjectStore, StorageType } from "nats";
import { StraightLineError, systemCode } from "../errors/index.js";
import { type ArtifactMeta, metaSubject, readMeta, writeMeta } from "./artifact-meta.js";
import { busCall } from "./bucket.js";
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
  const store = await busCall(() => bus.client.jetstream().views.os(BUCKET.artifacts, { storage: StorageType.File }));
  return {
    has: (digest) => busCall(() => isStored(bus, digest)),
    put: (digest, file, onProgress) => busCall(() => putFile({ bus, store }, digest, file, onProgress)),
    fetch: (digest, file, onProgress) => busCall(() => fetchFile(store, digest, file, onProgress)),
  };
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

async function putFile(
  { bus, store }: OpenStore,
  digest: string,
  file: string,
  onProgress?: (bytes: number) => void,
): Promise<void> {
  if (await renew(bus, digest)) return;
  const source = createReadStream(file);
  source.on("data", () => onProgress?.(source.bytesRead));
  source.pause();
  const stream = Readable.toWeb(source) as ReadableStream<Uint8Array>;
  await store.put({ name: digest }, stream);
}

const MAX_RENEWALS = 5;

/** Whether the artifact is there, and is from now on one that has just been stored: whoever clears up lets it be. */
async function renew(bus: BusConnection, digest: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const entry = await readMeta(bus, metaSubject(digest));
    if (entry === undefined || entry.meta.deleted || !hasBytesOf(entry.meta, digest)) return false;
    try {
      await busCall(() => writeMeta(bus, entry, entry.meta));
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

/** The bytes go to a neighbour file first, so that `file` is never there half-written. */
async function fetchFile(store: ObjectStore, digest: string, file: string, onProgress?: (bytes: number) => void): Promise<void> {
  const object = await store.get(digest);
  if (object === null) throw new StraightLineError("ARTIFACT_INVALID", `artifact ${digest} is not in the store; store it again`);
  const partial = `${file}.${process.pid}.partial`;
  try {
    const target = createWriteStream(partial);
    target.on("drain", () => onProgress?.(target.bytesWritten));
    await pipeline(Readable.fromWeb(object.data as import("node:stream/web").ReadableStream), target);
    await object.error;
    const got = await fileDigest(partial);
    if (got !== digest) throw new StraightLineError("ARTIFACT_INVALID", `artifact ${digest} is damaged: its bytes have ${got}`);
    await rename(partial, file);
  } catch (error) {
    throw localFault(error, file) ?? error;
  } finally {
    await rm(partial, { force: true });
  }
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
