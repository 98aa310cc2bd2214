import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { NodeRecord, NodeRecord__Output } from "../../proto/gen/straightline/v1/NodeRecord.js";
import {
  type BucketEvent,
  type BusConnection,
  connectBus,
  fileDigest,
  openArtifactStore,
  openBucket,
  openStoredArtifacts,
  type StoredItem,
} from "../../services/common/bus/index.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { createLogger } from "../../services/common/observe/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { eventually } from "../support/eventually.js";
import { inCi } from "../support/in-ci.js";
import { findNatsServer, skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";

const log = createLogger("test", "silent");
const codec = messageCodec<NodeRecord, NodeRecord__Output>("NodeRecord");

/** The distribution's server, and the current one where CI has built it. */
function servers(): { name: string; binary: string | undefined; skip: string | false }[] {
  const current = process.env["STRAIGHTLINE_TEST_CURRENT_NATS_SERVER"];
  const missing = "no current nats-server: name one in STRAIGHTLINE_TEST_CURRENT_NATS_SERVER";
  if (current === undefined && inCi()) throw new Error(missing);
  if (current === undefined) console.error(`\n*** SKIPPED: ${missing} ***\n`);
  return [
    { name: "the server on PATH", binary: findNatsServer(), skip: skipWithoutNats() },
    { name: "the current server", binary: current, skip: current === undefined ? missing : false },
  ];
}

function codeOf(code: string) {
  return (error: unknown) => error instanceof StraightLineError && error.code === code;
}

for (const { name, binary, skip } of servers()) {
  describe(`bus on ${name}`, { skip }, () => {
    let server: TestNatsServer;
    let bus: BusConnection;
    before(async () => {
      server = await startNatsServer(binary === undefined ? {} : { binary });
      bus = await connectBus(server.config, "test", log);
    });
    after(async () => {
      await bus.drain();
      await server[Symbol.asyncDispose]();
    });

    const open = (bucket: string) => openBucket(bus, bucket, codec, () => undefined);

    test("a message arrives with its trace context", async () => {
      const received: { text: string; traceparent: string | undefined }[] = [];
      const subscription = bus.subscribe("greetings.*", ({ data, traceparent }) =>
        received.push({ text: new TextDecoder().decode(data), traceparent }),
      );
      await bus.flush();
      bus.publish("greetings.one", new TextEncoder().encode("hello"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
      bus.publish("greetings.two", new TextEncoder().encode("again"));
      await eventually(() => received.length === 2, { what: "two messages" });
      subscription.close();
      assert.deepEqual(received, [
        { text: "hello", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
        { text: "again", traceparent: undefined },
      ]);
    });

    test("create, update and remove are compare-and-set", async () => {
      const bucket = await open("cas");
      const first = await bucket.create("n1", { nodeId: "n1", scheduling: "SCHEDULING_OPEN" });
      await assert.rejects(bucket.create("n1", { nodeId: "n1" }), codeOf("CONFLICT"));
      const second = await bucket.update("n1", { nodeId: "n1", scheduling: "SCHEDULING_CORDONED" }, first);
      await assert.rejects(bucket.update("n1", { nodeId: "n1" }, first), codeOf("CONFLICT"));
      await assert.rejects(bucket.remove("n1", first), codeOf("CONFLICT"));
      assert.equal((await bucket.get("n1"))?.value.scheduling, "SCHEDULING_CORDONED");
      await bucket.remove("n1", second);
      assert.equal(await bucket.get("n1"), undefined);
      assert.ok((await bucket.create("n1", { nodeId: "n1" })) > second, "a removed key can be created again");
    });

    test("a bucket that is gone, or a server without JetStream's answer, is told as a store that is not there", async () => {
      const bucket = await open("wiped");
      await (await bus.client.jetstreamManager()).streams.delete("KV_wiped");
      const told = { code: "BUS_UNAVAILABLE", message: /^NATS answers, but its store does not: .* restore a backup/ };
      await assert.rejects(bucket.create("n1", { nodeId: "n1" }), told);
      await assert.rejects(bucket.entries(), told);
    });

    test("entries come in order of key, and only those that fit the filter", async () => {
      const bucket = await open("listing");
      for (const key of ["b.y.0", "a.x.1", "a.x.0"]) await bucket.create(key, { nodeId: key });
      assert.deepEqual(
        (await bucket.entries()).map((entry) => entry.key),
        ["a.x.0", "a.x.1", "b.y.0"],
      );
      assert.deepEqual(
        (await bucket.entries("a.>")).map((entry) => entry.key),
        ["a.x.0", "a.x.1"],
      );
    });

    test("a watch tells what is there, then says so, then tells each change", async () => {
      const bucket = await open("watching");
      const revision = await bucket.create("a", { nodeId: "a" });
      const events: string[] = [];
      const watch = bucket.watch(undefined, (event) => events.push(describeEvent(event)));
      await eventually(() => events.includes("current"), { what: "the end of the snapshot" });
      await bucket.create("b", { nodeId: "b" });
      await bucket.remove("a", revision);
      await eventually(() => events.includes("deleted a"), { what: "the removal" });
      watch.close();
      assert.deepEqual(events, ["snapshot-begins", "put a", "current", "put b", "deleted a"]);
    });

    test("a watch on an empty bucket is current at once", async () => {
      const bucket = await open("empty");
      const events: string[] = [];
      const watch = bucket.watch("none.>", (event) => events.push(describeEvent(event)));
      await eventually(() => events.length === 2, { what: "the empty snapshot" });
      watch.close();
      assert.deepEqual(events, ["snapshot-begins", "current"]);
    });

    test("an entry that is not such a message is told and passed by", async () => {
      const malformed: string[] = [];
      const raw = await openBucket(
        bus,
        "damaged",
        { encode: (text: string) => Buffer.from(text), decode: String },
        () => undefined,
      );
      await raw.create("broken", "\xff\xff\xff no protobuf");
      const bucket = await openBucket(bus, "damaged", codec, (key) => malformed.push(key));
      assert.equal(await bucket.get("broken"), undefined);
      assert.deepEqual(malformed, ["broken"]);
    });

    test("an artifact comes back whole; a missing or damaged one is refused", async () => {
      const folder = await mkdtemp(join(tmpdir(), "straightline-artifacts-"));
      try {
        const store = await openArtifactStore(bus);
        const file = join(folder, "in");
        await writeFile(file, randomBytes(700_000));
        const digest = await fileDigest(file);
        await store.put(digest, file);
        await store.put(digest, file);
        const progress: number[] = [];
        await store.fetch(digest, join(folder, "out"), (bytes) => progress.push(bytes));
        assert.ok(progress.length > 1 && progress.every((bytes, at) => bytes > (progress[at - 1] ?? 0) && bytes <= 700_000));
        assert.ok((await readFile(file)).equals(await readFile(join(folder, "out"))));
        await assert.rejects(store.fetch(`sha256:${"0".repeat(64)}`, join(folder, "none")), codeOf("ARTIFACT_INVALID"));
        const lie = `sha256:${"1".repeat(64)}`;
        await store.put(lie, file);
        await assert.rejects(store.fetch(lie, join(folder, "lie")), codeOf("ARTIFACT_INVALID"));
        await assert.rejects(readFile(join(folder, "lie")), { code: "ENOENT" });
        await assert.rejects(store.fetch(digest, join(folder, "no-folder", "out")), codeOf("INVALID_REQUEST"));
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test("an artifact that was stored again since it was listed is not removed; what a broken removal or upload has left is", async () => {
      const folder = await mkdtemp(join(tmpdir(), "straightline-artifacts-"));
      try {
        const [store, stored] = [await openArtifactStore(bus), openStoredArtifacts(bus)];
        const file = join(folder, "in");
        await writeFile(file, randomBytes(300_000));
        const digest = await fileDigest(file);
        const find = async (key: string) => (await stored.list()).find((item) => item.key === key);
        await store.put(digest, file);
        const before = await find(digest);
        assert.ok(before !== undefined);
        await store.put(digest, file);
        await assert.rejects(stored.remove(before), codeOf("CONFLICT"));
        await store.fetch(digest, join(folder, "out"));

        const now = await find(digest);
        assert.ok(now !== undefined && now.revision > before.revision);
        await stored.remove(now);
        assert.equal(await find(digest), undefined);
        await assert.rejects(store.fetch(digest, join(folder, "out")), codeOf("ARTIFACT_INVALID"));
        await store.put(digest, file);
        await store.fetch(digest, join(folder, "out"));

        // Broken off after the mark, before the bytes went.
        const objects = await bus.client.jetstream().views.os("artifacts");
        await objects.delete(digest);
        const rest = await find(digest);
        assert.equal(rest?.type, "removed");
        await store.put(digest, file);
        await store.fetch(digest, join(folder, "out"));
        await assert.rejects(stored.remove(rest as StoredItem), codeOf("CONFLICT"));
        assert.equal((await find(digest))?.type, "artifact", "what was stored since stays");
        await objects.delete(digest);
        await stored.remove((await find(digest)) as StoredItem);
        assert.equal(await find(digest), undefined);
        await store.put(digest, file);
        await store.fetch(digest, join(folder, "out"));

        await bus.client.jetstream().publish("$O.artifacts.C.BROKENOFF", randomBytes(10));
        const fragment = await find("$O.artifacts.C.BROKENOFF");
        assert.equal(fragment?.type, "fragment");
        await stored.remove(fragment as StoredItem);
        assert.equal(await find("$O.artifacts.C.BROKENOFF"), undefined);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test("an artifact whose bytes are others than its name says is stored anew", async () => {
      const folder = await mkdtemp(join(tmpdir(), "straightline-artifacts-"));
      try {
        const store = await openArtifactStore(bus);
        const [right, wrong] = [join(folder, "right"), join(folder, "wrong")];
        await writeFile(right, "right");
        await writeFile(wrong, "wrong");
        const digest = await fileDigest(right);
        await store.put(digest, wrong);
        await assert.rejects(store.fetch(digest, join(folder, "out")), codeOf("ARTIFACT_INVALID"));
        await store.put(digest, right);
        await store.fetch(digest, join(folder, "out"));
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    for (const how of ["orderly", "crash"] as const) {
      test(`after an ${how} restart of the server a watch begins again with the whole state`, async () => {
        const bucket = await open(`restart-${how}`);
        await bucket.create("a", { nodeId: "a" });
        const events: string[] = [];
        const watch = bucket.watch(undefined, (event) => events.push(describeEvent(event)));
        await eventually(() => events.includes("current"), { what: "the first snapshot" });
        await server.stop(how);
        await eventually(() => !bus.isConnected(), { what: "the loss to be noticed" });
        assert.throws(() => bus.publish("x", new Uint8Array()), codeOf("BUS_UNAVAILABLE"));
        await server.start();
        await eventually(() => events.filter((event) => event === "current").length === 2, { what: "a second snapshot" });
        await bucket.create("b", { nodeId: "b" });
        await eventually(() => events.includes("put b"), { what: "a change after the restart" });
        watch.close();
        assert.deepEqual(events.slice(0, 6), ["snapshot-begins", "put a", "current", "snapshot-begins", "put a", "current"]);
      });
    }
  });
}

test("a server that does not answer is told with what to do", async () => {
  const config = { servers: "nats://127.0.0.1:1", credentialsFile: "", caFile: "" };
  await assert.rejects(connectBus(config, "test", log, { timeoutMs: 500 }), (error: unknown) => {
    assert.ok(error instanceof StraightLineError);
    assert.equal(error.code, "BUS_UNAVAILABLE");
    assert.match(error.message, /nats:\/\/127\.0\.0\.1:1 does not answer .*nats-server -js or set --nats/);
    return true;
  });
});

function describeEvent(event: BucketEvent<NodeRecord__Output>): string {
  if (event.type === "put") return `put ${event.entry.key}`;
  return event.type === "deleted" ? `deleted ${event.key}` : event.type;
}
