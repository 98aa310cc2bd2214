import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseManifest } from "../../../services/common/bundle/index.js";
import type { ArtifactStore } from "../../../services/common/bus/index.js";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { packBundle, packTinyBundle } from "../../../test/support/tiny-bundle.js";
import { createBundleCache } from "./cache.js";

function storeOf(file: string): { readonly store: ArtifactStore; fetched(): number } {
  let fetched = 0;
  return {
    fetched: () => fetched,
    store: {
      has: () => Promise.resolve(true),
      put: () => Promise.resolve(),
      async fetch(_digest, target) {
        fetched += 1;
        await copyFile(file, target);
      },
    },
  };
}

async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "straightline-cache-"));
  await body(directory).finally(() => rm(directory, { recursive: true, force: true }));
}

test("a bundle is fetched once, whoever asks and how often, and later without the store", () =>
  inDirectory(async (directory) => {
    await using bundle = await packTinyBundle();
    const { store, fetched } = storeOf(bundle.file);
    const cache = createBundleCache(directory, () => Promise.resolve(store));
    const [one, two] = await Promise.all([cache.get(bundle.digest), cache.get(bundle.digest)]);
    assert.equal(one.directory, two.directory);
    assert.equal(one.manifest.readyPath, "/ready");
    const offline = createBundleCache(directory, () => Promise.reject(new Error("no NATS")));
    const cached = await offline.get(bundle.digest);
    assert.equal(cached.directory, one.directory);
    assert.deepEqual([one.fetchedBytes, cached.fetchedBytes], [(await stat(bundle.file)).size, undefined]);
    assert.equal(fetched(), 1);
    assert.deepEqual(await readdir(directory), [bundle.digest.replace(":", "-")]);
  }));

test("two agents that share a cache directory do not get in each other's way", () =>
  inDirectory(async (directory) => {
    await using bundle = await packTinyBundle();
    const caches = [1, 2, 3].map(() => createBundleCache(directory, () => Promise.resolve(storeOf(bundle.file).store)));
    const found = await Promise.all(caches.map((cache) => cache.get(bundle.digest)));
    assert.equal(new Set(found.map((one) => one.directory)).size, 1);
    assert.equal((await readdir(directory)).length, 1);
  }));

test("a bundle that cannot be fetched leaves nothing behind, and can be asked for again", () =>
  inDirectory(async (directory) => {
    await using bundle = await packTinyBundle();
    let away = true;
    const cache = createBundleCache(directory, () =>
      away ? Promise.reject(new StraightLineError("BUS_UNAVAILABLE", "away")) : Promise.resolve(storeOf(bundle.file).store),
    );
    await assert.rejects(cache.get(bundle.digest), { code: "BUS_UNAVAILABLE" });
    assert.deepEqual(await readdir(directory), []);
    away = false;
    await cache.get(bundle.digest);
  }));

test("of the bundles that nothing runs the ten used last stay, and all that was used within the hour", () =>
  inDirectory(async (directory) => {
    const nameAt = (at: number): string => `sha256-${at.toString(16).padStart(64, "0")}`;
    const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
    for (let at = 1; at <= 14; at++) {
      await mkdir(join(directory, nameAt(at)));
      await utimes(join(directory, nameAt(at)), hoursAgo(at + 0.5), hoursAgo(at + 0.5));
    }
    await mkdir(join(directory, "another's"));
    await using bundle = await packTinyBundle();
    const cache = createBundleCache(directory, () => Promise.resolve(storeOf(bundle.file).store));
    await cache.keep(new Set([nameAt(14).replace("-", ":")]));
    await cache.get(bundle.digest);
    const left = await readdir(directory);
    const expected = [14, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(nameAt);
    assert.deepEqual(left.sort(), [...expected, "another's", bundle.digest.replace(":", "-")].sort());
    await rm(join(directory, bundle.digest.replace(":", "-")), { recursive: true });
    for (let at = 20; at <= 30; at++) await mkdir(join(directory, nameAt(at)));
    await cache.get(bundle.digest);
    const young = await readdir(directory);
    assert.ok(
      Array.from({ length: 11 }, (_, at) => nameAt(20 + at)).every((name) => young.includes(name)),
      "used within the hour",
    );
  }));

test("a bundle without a manifest is refused and not kept", () =>
  inDirectory(async (directory) => {
    await using bundle = await packBundle([{ name: "server.mjs", content: "" }]);
    const cache = createBundleCache(directory, () => Promise.resolve(storeOf(bundle.file).store));
    await assert.rejects(cache.get(bundle.digest), { code: "ARTIFACT_INVALID", message: /no readable bundle.json/ });
    assert.deepEqual(await readdir(directory), []);
  }));

for (const [value, message] of [
  [{ runtime: "python", entrypoint: ["x"] }, /runtime must be "node"; got "python"/],
  [{ runtime: "node", entrypoint: [] }, /entrypoint must be a list/],
  [{ runtime: "node", entrypoint: ["../x"] }, /must lie in the bundle/],
  [{ runtime: "node", entrypoint: ["/bin/sh"] }, /must lie in the bundle/],
  [{ runtime: "node", entrypoint: ["x"], readyPath: "ready" }, /readyPath must be a path that starts with '\/'/],
  [null, /runtime must be "node"; got undefined/],
] as const) {
  test(`the manifest ${JSON.stringify(value)} is refused with the reason`, () => {
    assert.throws(() => parseManifest(value), { code: "ARTIFACT_INVALID", message });
  });
}
