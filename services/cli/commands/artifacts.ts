import { type ArtifactStore, connectBus, openArtifactStore } from "../../common/bus/index.js";
import type { NatsConfig } from "../../common/config/index.js";
import { createLogger } from "../../common/observe/index.js";
import type { PackedBundle } from "../manifest/index.js";
import { formatBytes } from "../output.js";
import type { Progress } from "../progress.js";

/** How commands reach NATS, as it stands on the command line. */
export interface NatsOptions {
  readonly nats: string;
  readonly natsCredentialsFile: string;
  readonly natsCaFile: string;
}

/** The same as a configuration. */
export function natsOf({ nats, natsCredentialsFile, natsCaFile }: NatsOptions): NatsConfig {
  return { servers: nats, credentialsFile: natsCredentialsFile, caFile: natsCaFile };
}

/** Works with the object store over a connection of its own. */
export async function withArtifacts<T>(nats: NatsConfig, work: (store: ArtifactStore) => Promise<T>): Promise<T> {
  const bus = await connectBus(nats, "up", createLogger("cli", "silent"));
  try {
    return await work(await openArtifactStore(bus));
  } finally {
    await bus.drain();
  }
}

/** Writes an artifact to a file. */
export async function download(
  store: ArtifactStore,
  { digest, sizeBytes }: Pick<PackedBundle, "digest" | "sizeBytes">,
  file: string,
  progress: Progress,
): Promise<void> {
  await store.fetch(digest, file, (bytes) => progress.step(file, bytes, sizeBytes));
  progress.clear();
}

/** Stores a packed folder unless it is there. */
export async function upload(store: ArtifactStore, packed: PackedBundle, what: string, progress: Progress): Promise<void> {
  const { digest, file, sizeBytes } = packed;
  const label = `${what} ${digest.slice(0, 19)} ${formatBytes(sizeBytes)}`;
  await store.put(digest, file, (bytes) => progress.step(label, bytes, sizeBytes));
  progress.step(label, sizeBytes, sizeBytes);
  progress.end();
}
