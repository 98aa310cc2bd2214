import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type BusConnection, connectBus, fileDigest, openArtifactStore, openBucket } from "../../services/common/bus/index.js";
import { type TestDirectory, testBus, testDirectory, testLog } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";

const options = { skip: skipWithoutNats() };
const MIB = 1024 ** 2;
/** So that within FREEZE_MS the server is given up, and asked for again in vain several times. */
const LIMITS = { timeoutMs: 1000, pingIntervalMs: 1000 };
const FREEZE_MS = 7000;
/** Connections that do not answer are cut off by this server within SERVER_PATIENCE_MS. */
const IMPATIENT = 'ping_interval: "2s"\nping_max: 1\n';
const SERVER_PATIENCE_MS = 6000;
const text = { encode: (value: string) => Buffer.from(value), decode: (data: Uint8Array) => Buffer.from(data).toString() };

async function storeRandom(bus: BusConnection, directory: TestDirectory, bytes: number) {
  const file = join(directory.path, "artifact");
  await writeFile(file, randomBytes(bytes));
  const digest = await fileDigest(file);
  const store = await openArtifactStore(bus);
  await store.put(digest, file);
  return { store, digest };
}

test(
  "a connection that was made anew while the server was frozen stays whole when the server drops what was given up",
  options,
  async () => {
    await using directory = await testDirectory();
    const configFile = join(directory.path, "nats.conf");
    await writeFile(configFile, IMPATIENT);
    await using nats = await startNatsServer({ configFile });
    const bus = await connectBus(nats.config, "test", testLog, LIMITS);
    try {
      const { store, digest } = await storeRandom(bus, directory, 4 * MIB);
      nats.freeze();
      await delay(FREEZE_MS);
      assert.ok(!bus.isConnected(), "the server was given up");
      nats.resume();
      await eventually(() => bus.isConnected(), { what: "the connection" });
      let losses = 0;
      bus.onStatus(({ type }) => {
        if (type === "disconnected") losses += 1;
      });
      for (const endMs = performance.now() + SERVER_PATIENCE_MS; performance.now() < endMs; ) {
        await store.fetch(digest, join(directory.path, "fetched"));
      }
      assert.equal(losses, 0);
    } finally {
      await bus.client.close();
    }
  },
);

test("a call that is under way when NATS is lost ends then, and not by its time-out", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  const bucket = await openBucket(bus, "test", text, assert.fail);
  const revision = await bucket.create("key", "one");
  nats.freeze();
  const calls = [bucket.get("key"), bucket.entries(), bucket.update("key", "two", revision), bucket.create("other", "x")];
  const ends = Promise.allSettled(calls);
  await nats.stop("crash");
  for (const end of await ends) {
    assert.ok(end.status === "rejected");
    assert.equal(end.reason.code, "BUS_UNAVAILABLE");
    assert.match(end.reason.message, /^the connection to NATS was lost/);
  }
  await nats.start();
  await eventually(() => bus.isConnected(), { what: "the connection" });
  assert.equal((await bucket.get("key"))?.value, "one");
});

test(
  "a bundle that is being fetched when NATS is lost is given up, leaves nothing, and can be fetched again",
  options,
  async () => {
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    await using directory = await testDirectory();
    const { store, digest } = await storeRandom(bus, directory, 48 * MIB);
    const file = join(directory.path, "fetched");
    let isFrozen = false;
    const fetching = store.fetch(digest, file, () => {
      if (!isFrozen) nats.freeze();
      isFrozen = true;
    });
    const refused = assert.rejects(fetching, { code: "BUS_UNAVAILABLE" });
    await eventually(() => isFrozen, { what: "the first bytes" });
    await nats.stop("crash");
    await refused;
    assert.deepEqual(readdirSync(directory.path), ["artifact"]);
    await nats.start();
    await eventually(() => bus.isConnected(), { what: "the connection" });
    await store.fetch(digest, file);
    assert.equal(await fileDigest(file), digest);
  },
);

test("leaving a server that does not answer takes no longer than it is given", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await openBucket(bus, "test", text, assert.fail);
  nats.freeze();
  await bus.drain();
  assert.ok(bus.client.isClosed());
});
