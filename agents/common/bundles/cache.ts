import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "../../../services/common/bundle/index.js";
import type { ArtifactStore } from "../../../services/common/bus/index.js";
import { systemCode } from "../../../services/common/errors/index.js";
import { tellDiskFull } from "../disk/index.js";
import type { ResolvedArtifact } from "../driver.js";
import { evictIdle, markUsed, TEMPORARY } from "./evict.js";
import { unpackBundle } from "./unpack.js";

/** A bundle, unpacked. */
export type UnpackedBundle = Extract<ResolvedArtifact, { type: "bundle" }>;

/** A bundle that the cache gave. */
export interface CachedBundle extends UnpackedBundle {
  /** Size of the packed bundle that was fetched for it; undefined: it was there. */
  readonly fetchedBytes: number | undefined;
}

/** Unpacked bundles by digest, in a directory that several agents of a machine may share. */
export interface BundleCache {
  /** Fetches and unpacks unless it is there. Rejects with ARTIFACT_INVALID, BUS_UNAVAILABLE, or START_FAILED when the disk is full. */
  get(digest: string): Promise<CachedBundle>;
  /** What this agent runs, told on each tick: it stays. What no agent has run for long goes when something new comes. */
  keep(digests: ReadonlySet<string>): Promise<void>;
}

/** What an agent that was killed while unpacking left behind is removed when it is this old. */
const STALE_TEMPORARY_MS = 3_600_000;
/** What runs is marked this often. */
const MARK_PERIOD_MS = 60_000;

/**
 * A cache in `directory`. `store` gives the object store once NATS is there; a bundle that is cached needs none.
 */
export function createBundleCache(directory: string, store: () => Promise<ArtifactStore>): BundleCache {
  const pending = new Map<string, Promise<CachedBundle>>();
  let kept: ReadonlySet<string> = new Set();
  let markedMs = Number.NEGATIVE_INFINITY;
  const load = async (digest: string): Promise<CachedBundle> => {
    await markUsed(directory, [nameOf(digest)]);
    const bundle = await unpacked(directory, digest, store);
    // What cannot be cleared away must not keep an instance from starting.
    if (bundle.fetchedBytes !== undefined)
      await evictIdle(directory, new Set([...kept, ...pending.keys()].map(nameOf))).catch(() => undefined);
    return bundle;
  };
  return {
    get(digest) {
      const running = pending.get(digest) ?? load(digest).finally(() => pending.delete(digest));
      pending.set(digest, running);
      return running;
    },
    async keep(digests) {
      kept = digests;
      if (performance.now() - markedMs < MARK_PERIOD_MS) return;
      markedMs = performance.now();
      await markUsed(directory, [...digests].map(nameOf));
    },
  };
}

/** The folder of a bundle. */
function nameOf(digest: string): string {
  return digest.replace(":", "-");
}

async function unpacked(directory: string, digest: string, store: () => Promise<ArtifactStore>): Promise<CachedBundle> {
  const target = join(directory, nameOf(digest));
  const fetchedBytes = existsSync(target) ? undefined : await fill(directory, target, digest, store);
  return { type: "bundle", digest, directory: target, manifest: await readManifest(target), fetchedBytes };
}

/** Unpacked beside its place, then renamed: what stands under a digest is whole. Gives the size of what was fetched. */
async function fill(directory: string, target: string, digest: string, store: () => Promise<ArtifactStore>): Promise<number> {
  const temporary = join(directory, `${TEMPORARY}${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    await mkdir(join(temporary, "content"), { recursive: true });
    await removeStale(directory);
    const packed = join(temporary, "bundle.tgz");
    // The store checks the bytes against the digest.
    await (await store()).fetch(digest, packed);
    await unpackBundle(packed, join(temporary, "content"));
    await readManifest(join(temporary, "content"));
    await rename(join(temporary, "content"), target).catch(tolerateExisting);
    return (await stat(packed)).size;
  } catch (error) {
    throw tellDiskFull(error, directory, "--cache-directory");
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Another agent was faster: what it has put there is the same. */
function tolerateExisting(error: unknown): void {
  if (systemCode(error) !== "ENOTEMPTY" && systemCode(error) !== "EEXIST") throw error;
}

async function removeStale(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const path = join(directory, name);
    const age =
      Date.now() -
      (await stat(path).then(
        (s) => s.mtimeMs,
        () => Date.now(),
      ));
    if (age > STALE_TEMPORARY_MS) await rm(path, { recursive: true, force: true });
  }
}
