import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { processIdentity } from "../../agents/common/process/index.js";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import { BUCKET, type BusConnection, type KindToken, openBucket } from "../../services/common/bus/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { assignment, isReady, testBus, testDirectory, watchTelemetry } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { processesBelow } from "../support/mesh-processes.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { storeTinyBundle } from "../support/tiny-bundle.js";

const AGENTS = fileURLToPath(new URL("../../agents", import.meta.url));
const options = { skip: skipWithoutNats() };

/** A real agent process; `exit` resolves to its code and what it has written. */
interface AgentChild extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly exit: Promise<{ readonly code: number | null; readonly output: string }>;
}

function startAgent(kind: KindToken, args: readonly string[]): AgentChild {
  const child = spawn(process.execPath, [join(AGENTS, kind, "main.js"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const exit = once(child, "exit").then(([code]) => ({ code: code as number | null, output }));
  return {
    child,
    exit,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exit;
    },
  };
}

function agentArguments(servers: string, directory: string, ...more: string[]): string[] {
  const directories = ["--state-directory", join(directory, "state"), "--cache-directory", join(directory, "cache")];
  return ["--nats", servers, "--node-id", "node-1", "--tick-ms", "100", ...directories, ...more];
}

async function assign(bus: BusConnection, kind: KindToken, environment: Record<string, string> = {}): Promise<void> {
  const bundle = { bundle: { digest: await storeTinyBundle(bus), sizeBytes: 1 } };
  const codec = messageCodec<Assignment, Assignment__Output>("Assignment");
  const bucket = await openBucket(bus, BUCKET.assignments, codec, () => undefined);
  await bucket.create("node-1.app.0", assignment(kind, bundle, { environment }));
}

async function pidOf(endpoint: string): Promise<number> {
  return Number(await (await fetch(`${endpoint}/pid`)).text());
}

test("the vm agent's program runs an assignment, and with --on-stop stop leaves nothing after SIGTERM", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await assign(bus, "vm");
  const telemetry = watchTelemetry(bus, "vm");
  await using agent = startAgent("vm", agentArguments(nats.config.servers, directory.path, "--on-stop", "stop"));
  const instance = await telemetry.instance("a ready instance", isReady);
  const pid = await pidOf(instance.httpEndpoint);
  await eventually(() => (telemetry.latest()?.capacity?.diskBytes ?? 0) > 0, { what: "the disk's size" });
  const { capacity, usage } = telemetry.latest() ?? {};
  assert.ok((capacity?.cpuMillicores ?? 0) > 0 && (capacity?.memoryBytes ?? 0) > 0);
  assert.ok((usage?.memoryBytes ?? 0) > 0 && (usage?.memoryBytes ?? 0) < (capacity?.memoryBytes ?? 0));

  agent.child.kill("SIGTERM");
  const { code, output } = await agent.exit;
  assert.equal(code, 0, output);
  assert.equal(processIdentity(pid), undefined);
  assert.deepEqual(readdirSync(join(directory.path, "state", "instances")), []);
  assert.ok(!readdirSync(join(directory.path, "state")).includes("agent.lock"));
});

test("a vm agent that is killed finds its instance again when it is started anew", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await assign(bus, "vm");
  const telemetry = watchTelemetry(bus, "vm");
  const args = agentArguments(nats.config.servers, directory.path, "--on-stop", "stop");
  await using first = startAgent("vm", args);
  const instance = await telemetry.instance("a ready instance", isReady);
  const pid = await pidOf(instance.httpEndpoint);
  first.child.kill("SIGKILL");
  await first.exit;
  const epoch = telemetry.latest()?.agentEpochMs ?? 0;
  await using _second = startAgent("vm", args);
  await eventually(() => (telemetry.latest()?.agentEpochMs ?? 0) > epoch, { what: "the second agent" });
  const recovered = await telemetry.instance("the recovered instance", isReady);
  assert.equal(recovered.instanceId, instance.instanceId);
  assert.equal(await pidOf(recovered.httpEndpoint), pid);
});

test("a vm agent that is killed while it starts an instance leaves one instance, not two, to the next", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await assign(bus, "vm", { READY_AFTER_MS: "2000" });
  const cache = join(directory.path, "cache");
  const args = agentArguments(nats.config.servers, directory.path, "--on-stop", "stop");
  await using first = startAgent("vm", args);
  await eventually(() => processesBelow(cache).length === 1, { what: "the process", pollMs: 20 });
  first.child.kill("SIGKILL");
  await first.exit;
  const [left] = processesBelow(cache);
  assert.ok(left !== undefined, "it outlives its agent");
  const telemetry = watchTelemetry(bus, "vm");
  await using second = startAgent("vm", args);
  const instance = await telemetry.instance("a ready instance", isReady);
  assert.deepEqual(processesBelow(cache), [await pidOf(instance.httpEndpoint)]);
  second.child.kill("SIGTERM");
  assert.equal((await second.exit).code, 0);
  assert.deepEqual(processesBelow(cache), []);
});

test("workers that a killed serverless agent leaves behind are ended by the next", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await assign(bus, "serverless");
  const telemetry = watchTelemetry(bus, "serverless");
  const args = agentArguments(nats.config.servers, directory.path);
  await using first = startAgent("serverless", args);
  const { httpEndpoint, instanceId } = await telemetry.instance("a ready function", isReady);
  const pid = await pidOf(httpEndpoint);
  first.child.kill("SIGKILL");
  await first.exit;
  assert.ok(processIdentity(pid), "the worker is left");
  await using second = startAgent("serverless", args);
  await telemetry.instance("a new function", (one) => isReady(one) && one.instanceId !== instanceId);
  assert.equal(processIdentity(pid), undefined);
  second.child.kill("SIGTERM");
  assert.equal((await second.exit).code, 0);
  assert.deepEqual(readdirSync(join(directory.path, "state", "workers")), []);
});

test("a program whose node id is another agent's ends with exit code 1 and says what to do", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using ours = await testDirectory();
  await using theirs = await testDirectory();
  const telemetry = watchTelemetry(bus, "vm");
  await using _first = startAgent("vm", agentArguments(nats.config.servers, ours.path));
  await eventually(() => telemetry.latest(), { what: "telemetry of the first agent" });
  await using second = startAgent("vm", agentArguments(nats.config.servers, theirs.path));
  const { code, output } = await second.exit;
  assert.equal(code, 1);
  assert.match(output, /node id node-1 is already used by another agent; choose --node-id/);
});

test("a configuration with faults is refused with all of them", async () => {
  await using agent = startAgent("vm", ["--node-id", "no spaces", "--tick", "1"]);
  const { code, output } = await agent.exit;
  assert.equal(code, 1);
  assert.match(output, /--tick: unknown argument/);
  assert.match(output, /nodeId: must be 1 to 63/);
});
