import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createFakeDriver } from "../../agents/common/index.js";
import { processIdentity } from "../../agents/common/process/index.js";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import { BUCKET, type BusConnection, openBucket } from "../../services/common/bus/index.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import {
  agentConfig,
  assignment,
  isReady,
  startTestAgent,
  testBus,
  testDirectory,
  testServerlessDriver,
  testVmDriver,
  watchTelemetry,
} from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { storeTinyBundle } from "../support/tiny-bundle.js";

const KEY = "node-1.app.0";
const options = { skip: skipWithoutNats() };

function assignments(bus: BusConnection) {
  return openBucket(bus, BUCKET.assignments, messageCodec<Assignment, Assignment__Output>("Assignment"), () => undefined);
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

test("an agent starts what it is assigned, replaces it without a gap, and stops it when it is taken away", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const bundle = { bundle: { digest: await storeTinyBundle(bus), sizeBytes: 1 } };
  const bucket = await assignments(bus);
  const telemetry = watchTelemetry(bus, "vm");
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));

  let revision = await bucket.create(KEY, assignment("vm", bundle));
  const first = await telemetry.instance("a ready instance", isReady);
  assert.equal(first.assignment, "app.0");
  assert.equal(first.artifactDigest, bundle.bundle.digest);
  assert.equal(first.grpcEndpoint, "", "nobody listens on its gRPC port");
  assert.equal(first.coldStart?.count, 1);
  const pid = await text(`${first.httpEndpoint}/pid`);
  const counted = await telemetry.instance("its statistics", ({ servedCount }) => servedCount > 0);
  assert.equal(counted.inFlight, 0);
  assert.ok(counted.memoryBytes > 1e6, `resident memory ${counted.memoryBytes}`);

  revision = await bucket.update(KEY, assignment("vm", bundle, { generation: 2 }), revision);
  let unanswered = 0;
  const second = await eventually(
    async () => {
      const ready = telemetry.latest()?.instances.filter(isReady) ?? [];
      if (ready.length === 0) unanswered += 1;
      return ready.find(({ instanceId }) => instanceId !== first.instanceId);
    },
    { what: "the instance of the new generation" },
  );
  assert.equal(unanswered, 0, "an instance was ready all the time");
  assert.notEqual(await text(`${second.httpEndpoint}/pid`), pid);
  await eventually(() => processIdentity(Number(pid)) === undefined, { what: "the end of the old process" });

  await bucket.remove(KEY, revision);
  await eventually(() => telemetry.latest()?.instances.length === 0, { what: "the end of the instance" });
  assert.deepEqual(readdirSync(join(directory.path, "instances")), []);
});

test("an agent outlives its NATS server: instances go on, and what changes afterwards is done", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const bundle = { bundle: { digest: await storeTinyBundle(bus), sizeBytes: 1 } };
  const bucket = await assignments(bus);
  const telemetry = watchTelemetry(bus, "vm");
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));
  const revision = await bucket.create(KEY, assignment("vm", bundle));
  const instance = await telemetry.instance("a ready instance", isReady);
  const pid = await text(`${instance.httpEndpoint}/pid`);

  await nats.stop("crash");
  const status = () => readFileSync(join(directory.path, "state/status"), "utf8");
  await eventually(() => !bus.isConnected(), { what: "the loss of the connection" });
  await eventually(() => status().startsWith("waiting the connection to NATS is lost"), { what: "the status" });
  assert.equal(await text(`${instance.httpEndpoint}/pid`), pid);
  const before = telemetry.latest()?.sequence ?? 0;
  await nats.start();

  await eventually(() => (telemetry.latest()?.sequence ?? 0) > before, { what: "telemetry after the restart" });
  assert.equal(status(), "joined\n");
  assert.equal(await text(`${instance.httpEndpoint}/pid`), pid, "the same process");
  await bucket.update(KEY, assignment("vm", bundle, { generation: 2 }), revision);
  await telemetry.instance("the new generation", (one) => isReady(one) && one.instanceId !== instance.instanceId);
});

test("a node whose driver hangs is told of on each beat, as impaired and with what was seen last", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const driver = createFakeDriver("vm");
  const telemetry = watchTelemetry(bus, "vm");
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), driver);
  await (await assignments(bus)).create(KEY, assignment("vm", { command: { argv: ["x"] } }));
  const { instanceId } = await telemetry.instance("a ready instance", isReady);

  let answer: () => void = () => undefined;
  driver.knobs.answers = new Promise((resolve) => (answer = resolve));
  const before = telemetry.snapshots.length;
  try {
    await eventually(() => telemetry.latest()?.impairment !== "", { what: "the impairment" });
    assert.match(
      telemetry.latest()?.impairment ?? "",
      /^what runs here could not be looked at for 3 s; it is told as it was seen/,
    );
    const meanwhile = telemetry.snapshots.slice(before);
    await eventually(() => meanwhile.length + 5 < telemetry.snapshots.length - before, { what: "more beats" });
    assert.ok(telemetry.latest()?.instancesUnseen);
    for (const { instances } of meanwhile)
      assert.deepEqual(
        instances.filter(isReady).map((one) => one.instanceId),
        [instanceId],
      );
  } finally {
    answer();
  }
  await eventually(() => telemetry.latest()?.impairment === "" && !telemetry.latest()?.instancesUnseen, { what: "a look" });
});

test("a start that fails since the engine is away counts against nobody, and is made when it is back", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const driver = createFakeDriver("vm");
  const telemetry = watchTelemetry(bus, "vm");
  let tries = 0;
  const failing: typeof driver = {
    ...driver,
    async deploy(request) {
      tries += 1;
      if (tries > 1) return driver.deploy(request);
      driver.knobs.impairment = "there is no engine";
      throw new StraightLineError("ENGINE_UNAVAILABLE", "there is no engine");
    },
  };
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), failing);
  await (await assignments(bus)).create(KEY, assignment("vm", { command: { argv: ["x"] } }));
  await eventually(() => telemetry.latest()?.impairment === "there is no engine", { what: "the impairment" });
  assert.equal(tries, 1, "nothing is started while it is away");
  driver.knobs.impairment = undefined;
  const { restartCount, lastError } = await telemetry.instance("a ready instance", isReady);
  assert.deepEqual([tries, restartCount, lastError], [2, 0, ""]);
});

test("an agent that starts before NATS joins once it is there", options, async () => {
  await using nats = await startNatsServer();
  await using directory = await testDirectory();
  await nats.stop();
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), createFakeDriver("vm"));
  await nats.start();
  await using bus = await testBus(nats.config);
  const telemetry = watchTelemetry(bus, "vm");
  await eventually(() => telemetry.latest(), { what: "telemetry" });
  await (await assignments(bus)).create(KEY, assignment("vm", { command: { argv: ["x"] } }));
  await telemetry.instance("a ready instance", isReady);
});

test("an agent that is restarted finds its instances again and leaves them running", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const bundle = { bundle: { digest: await storeTinyBundle(bus), sizeBytes: 1 } };
  await (await assignments(bus)).create(KEY, assignment("vm", bundle));
  const telemetry = watchTelemetry(bus, "vm");
  const config = agentConfig(nats.config, directory.path, { onStop: "keep" });
  const first = await startTestAgent(config, testVmDriver(directory.path));
  const instance = await telemetry.instance("a ready instance", isReady);
  const pid = await text(`${instance.httpEndpoint}/pid`);
  await first.stop();
  assert.equal(await text(`${instance.httpEndpoint}/pid`), pid, "it serves while no agent runs");

  const epoch = telemetry.latest()?.agentEpochMs ?? 0;
  await using _second = await startTestAgent({ ...config, onStop: "stop" }, testVmDriver(directory.path));
  await eventually(() => (telemetry.latest()?.agentEpochMs ?? 0) > epoch, { what: "telemetry of the second agent" });
  const recovered = await telemetry.instance("the recovered instance", isReady);
  assert.equal(recovered.instanceId, instance.instanceId);
  assert.equal(await text(`${recovered.httpEndpoint}/pid`), pid);
  await telemetry.instance("its statistics, by the bundle's own path", ({ servedCount }) => servedCount > 0);
});

test("of two agents with one node id the later one ends itself and starts nothing", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using ours = await testDirectory();
  await using theirs = await testDirectory();
  await (await assignments(bus)).create(KEY, assignment("vm", { command: { argv: ["x"] } }));
  const telemetry = watchTelemetry(bus, "vm");
  const [older, newer] = [createFakeDriver("vm"), createFakeDriver("vm")];
  await using first = await startTestAgent(agentConfig(nats.config, ours.path), older);
  await telemetry.instance("a ready instance", isReady);
  await using second = await startTestAgent(agentConfig(nats.config, theirs.path), newer);

  const error = await eventually(() => second.fatal[0], { what: "the second agent's wish to end" });
  assert.equal(error.code, "START_FAILED");
  assert.match(error.message, /node id node-1 is already used by another agent; choose --node-id/);
  assert.deepEqual(first.fatal, []);
  assert.deepEqual(newer.deployed, []);
  await second.stop();
  await telemetry.instance("the first agent's instance", isReady);
});

test("a second agent in the same state directory is refused with the reason", options, async () => {
  await using nats = await startNatsServer();
  await using directory = await testDirectory();
  const config = agentConfig(nats.config, directory.path);
  await using _first = await startTestAgent(config, createFakeDriver("vm"));
  await assert.rejects(startTestAgent(config, createFakeDriver("vm")), {
    code: "START_FAILED",
    message: /state directory .* is used by another agent \(process \d+\); stop that agent or choose --state-directory/,
  });
});

test("an assignment that cannot be read changes nothing, and is told of", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const bucket = await assignments(bus);
  const telemetry = watchTelemetry(bus, "vm");
  const driver = createFakeDriver("vm");
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), driver);
  const revision = await bucket.create(KEY, assignment("vm", { command: { argv: ["x"] } }));
  const instance = await telemetry.instance("a ready instance", isReady);

  const raw = await openBucket<Uint8Array, Uint8Array>(bus, BUCKET.assignments, { encode: same, decode: same }, () => undefined);
  await raw.update(KEY, Buffer.from([0xff, 0xff, 0xff]), revision);
  await raw.create("node-1.other.0", Buffer.from("no protobuf"));
  await bucket.create("node-1.wrong.0", { ...assignment("container", { command: { argv: ["x"] } }), application: "wrong" });

  const refused = await telemetry.instance("the refusal", ({ application }) => application === "wrong");
  assert.equal(refused.state, "INSTANCE_STATE_FAILED");
  assert.match(refused.lastError, /implementation.kind: must be vm on this node/);
  const other = await telemetry.instance("the other refusal", ({ application }) => application === "other");
  assert.match(other.lastError, /no straightline.v1.Assignment/);
  const kept = await telemetry.instance("the first instance", isReady);
  assert.equal(kept.instanceId, instance.instanceId);
  assert.equal(driver.deployed.length, 1);
});

test("a start that fails is tried again later, and its reason is told meanwhile", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const telemetry = watchTelemetry(bus, "vm");
  const driver = createFakeDriver("vm", { failDeploys: 2 });
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), driver);
  await (await assignments(bus)).create(KEY, assignment("vm", { command: { argv: ["x"] } }));
  const failed = await telemetry.instance("the failure", ({ lastError }) => lastError !== "");
  assert.equal(failed.lastError, "the fake was told to fail");
  const ready = await telemetry.instance("a ready instance", isReady);
  assert.deepEqual([ready.restartCount, ready.lastError], [2, "the fake was told to fail"]);
  assert.equal(driver.deployed.length, 3);

  driver.crash(ready.instanceId, "the process exited with code 9");
  await telemetry.instance("the crash", ({ lastError }) => lastError === "the process exited with code 9");
  const successor = await telemetry.instance("its successor", (one) => isReady(one) && one.instanceId !== ready.instanceId);
  assert.deepEqual([successor.restartCount, successor.lastError], [3, "the process exited with code 9"]);
});

test("failures of a new generation are counted and spaced, however long the old instance has stood", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const telemetry = watchTelemetry(bus, "vm");
  const driver = createFakeDriver("vm");
  const clock = { aheadMs: 0 };
  const now = (): number => Date.now() + clock.aheadMs;
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), driver, now);
  const bucket = await assignments(bus);
  const command = { command: { argv: ["x"] } };
  const revision = await bucket.create(KEY, assignment("vm", command));
  const old = await telemetry.instance("a ready instance", isReady);
  clock.aheadMs = 60_000;
  driver.knobs.failDeploys = 1000;
  await bucket.update(KEY, assignment("vm", command, { generation: 2 }), revision);
  await telemetry.instance("the third failure", (one) => one.generation === 2 && one.failedAttempts === 3);
  assert.equal(driver.deployed.length, 4, "no more tries than were told");
  assert.ok(telemetry.latest()?.instances.some((one) => one.instanceId === old.instanceId && isReady(one)));
});

test("an instance that stops answering is unhealthy at the next tick, and ready again when it answers", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const telemetry = watchTelemetry(bus, "vm");
  const driver = createFakeDriver("vm");
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), driver);
  await (await assignments(bus)).create(KEY, assignment("vm", { command: { argv: ["x"] } }));
  const { instanceId } = await telemetry.instance("a ready instance", isReady);
  driver.setReady(instanceId, false);
  await telemetry.instance("an unhealthy one", ({ state }) => state === "INSTANCE_STATE_UNHEALTHY");
  driver.setReady(instanceId, true);
  await telemetry.instance("a ready instance again", isReady);

  driver.knobs.impairment = "engine unreachable";
  await eventually(() => telemetry.latest()?.impairment === "engine unreachable", { what: "the impairment" });
});

test("a serverless node tells of its function's workers", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  const bundle = { bundle: { digest: await storeTinyBundle(bus), sizeBytes: 1 } };
  const telemetry = watchTelemetry(bus, "serverless");
  const config = agentConfig(nats.config, directory.path);
  await using _agent = await startTestAgent(config, testServerlessDriver(directory.path));
  await (await assignments(bus)).create(KEY, assignment("serverless", bundle, { concurrency: 2 }));
  const ready = await telemetry.instance("a ready function", isReady);
  assert.equal(ready.function?.idleWorkers, 0, "ready without any worker");

  const answer = await fetch(`${ready.httpEndpoint}/echo`, { method: "POST", body: "hello" });
  assert.equal(await answer.text(), "hello");
  assert.ok(Number(answer.headers.get("straightline-cold-start-ms")) > 0);
  const used = await telemetry.instance("a warm worker", (one) => one.function?.idleWorkers === 1);
  assert.equal(used.servedCount, 1);
  assert.equal(used.function?.coldStartCount, 1);
  assert.equal(used.coldStart?.count, 1);
  assert.ok((used.function?.billedMs ?? 0) >= 1);
});

function same(bytes: Uint8Array): Uint8Array {
  return bytes;
}
