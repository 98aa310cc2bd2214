import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ObjectStore, StorageType } from "nats";
import { StraightLineError } from "../errors/index.js";
import { busCall } from "./bucket.js";
import type { BusConnection } from "./connection.js";
import { BUCKET } from "./subjects.js";

/** Bundles under their digest, `sha256:<64 hex digits>`. */
export interface ArtifactStore {
  /** Stores a file unless its digest is there already; `onProgress` is told how many of its bytes have been read. */
  put(digest: string, file: string, onProgress?: (bytes: number) => void): Promise<void>;
  /** Writes the artifact to `file`. Rejects with ARTIFACT_INVALID when it is missing or its bytes do not match the digest. */
  fetch(digest: string, file: string): Promise<void>;
}

/** Opens the object store `artifacts`, creating it when it is not there. */
export async function openArtifactStore(bus: BusConnection): Promise<ArtifactStore> {
  const store = await busCall(() => bus.client.jetstream().views.os(BUCKET.artifacts, { storage: StorageType.File }));
  return {
    put: (digest, file, onProgress) => busCall(() => putFile(store, digest, file, onProgress)),
    fetch: (digest, file) => busCall(() => fetchFile(store, digest, file)),
  };
}

/** The digest of a file's bytes. */
export async function fileDigest(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest("hex")}`;
}

async function putFile(store: ObjectStore, digest: string, file: string, onProgress?: (bytes: number) => void): Promise<void> {
  if ((await store.info(digest)) !== null) return;
  const source = createReadStream(file);
  source.on("data", () => onProgress?.(source.bytesRead));
  source.pause();
  const stream = Readable.toWeb(source) as ReadableStream<Uint8Array>;
  await store.put({ name: digest }, stream);
}

/** The bytes go to a neighbour file first, so that `file` is never there half-written. */
async function fetchFile(store: ObjectStore, digest: string, file: string): Promise<void> {
  const object = await store.get(digest);
  if (object === null) throw new StraightLineError("ARTIFACT_INVALID", `artifact ${digest} is not in the store; deploy it again`);
  const partial = `${file}.${process.pid}.partial`;
  try {
    await pipeline(Readable.fromWeb(object.data as import("node:stream/web").ReadableStream), createWriteStream(partial));
    await object.error;
    const got = await fileDigest(partial);
    if (got !== digest) throw new StraightLineError("ARTIFACT_INVALID", `artifact ${digest} is damaged: its bytes have ${got}`);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
