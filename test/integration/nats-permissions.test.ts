import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import {
  BUCKET,
  type BusConnection,
  type BusStatus,
  connectBus,
  openArtifactStore,
  openBucket,
  openStoredArtifacts,
  type StoredItem,
} from "../../services/common/bus/index.js";
import type { NatsConfig } from "../../services/common/config/index.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { agentConfig, startTestAgent, testDirectory, testLog, testVmDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { shellStage, storeFolder, submitJob, watchJob } from "../support/job-harness.js";
import { skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, testApplication } from "../support/placement-harness.js";
import { encodeTelemetry } from "../support/telemetry-builders.js";
import { storeTinyBundle } from "../support/tiny-bundle.js";

const options = { skip: skipWithoutNats() };
const CONFIG = fileURLToPath(new URL("../../../deploy/nats/permissions.conf", import.meta.url));
const PASSWORDS = { placement: "p@ss/1", deployer: "p@ss/2", "vm-1": "p@ss/3" } as const;
type User = keyof typeof PASSWORDS;

function startGuardedServer(): Promise<TestNatsServer> {
  const env = {
    PLACEMENT_PASSWORD: PASSWORDS.placement,
    DEPLOYER_PASSWORD: PASSWORDS.deployer,
    VM_1_PASSWORD: PASSWORDS["vm-1"],
  };
  return startNatsServer({ configFile: CONFIG, env });
}

function as(user: User, { config, port }: TestNatsServer, password: string = PASSWORDS[user]): NatsConfig {
  return { ...config, servers: `nats://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}` };
}

/** A connection, with what the server has denied it. */
async function connectAs(user: User, name: string, server: TestNatsServer) {
  const bus = await connectBus(as(user, server), name, testLog);
  const denied: BusStatus[] = [];
  bus.onStatus((status) => status.type === "denied" && denied.push(status));
  return { bus, denied, [Symbol.asyncDispose]: () => bus.drain() };
}

function assignments(bus: BusConnection) {
  return openBucket(bus, BUCKET.assignments, messageCodec<Assignment, Assignment__Output>("Assignment"), () => undefined);
}

test("with an identity each, deployer, placement and agent bring an application to its node", options, async () => {
  await using server = await startGuardedServer();
  await using directory = await testDirectory();
  const config = agentConfig(as("vm-1", server), directory.path, { nodeId: "vm-1" });
  await using _agent = await startTestAgent(config, testVmDriver(directory.path));
  await using placement = await startTestPlacement(as("placement", server));
  await nodesSeen(placement, 1);
  await using deployer = await connectAs("deployer", "up", server);
  const bundle = { digest: await storeTinyBundle(deployer.bus), sizeBytes: 1 };
  const form = { kind: "NODE_KIND_VM" as const, resources: { cpuMillicores: 1000, memoryBytes: 256 * 1024 ** 2 }, replicas: 1 };
  await placement.deploy(testApplication([], { artifact: { bundle }, implementations: [form] }));
  const get = placement.deployments.Get.bind(placement.deployments);
  await eventually(async () => (await call(get, { name: "app" })).status?.implementations[0]?.ready === 1, {
    what: "a ready instance",
  });
  const { httpEndpoint, nodeId } = await placement.place({});
  assert.equal(nodeId, "vm-1");
  assert.equal((await fetch(`${httpEndpoint}/pid`)).status, 200);
  assert.deepEqual(deployer.denied, []);
});

test("with an identity each, placement and agent run a job whose stages pass artifacts on and write logs", options, async () => {
  await using server = await startGuardedServer();
  await using directory = await testDirectory();
  await using placement = await startTestPlacement(as("placement", server));
  const config = agentConfig(as("vm-1", server), directory.path, { nodeId: "vm-1" });
  await using _agent = await startTestAgent(config, testVmDriver(directory.path));
  await using deployer = await connectAs("deployer", "up", server);
  const source = await storeFolder(deployer.bus, { "hello.txt": "hello" });
  const stages = [
    shellStage("one", 'cp hello.txt "$STRAIGHTLINE_OUTPUTS/greeting"', { outputs: ["greeting"] }),
    shellStage("two", 'cat "$STRAIGHTLINE_INPUTS/greeting/hello.txt"', { inputs: ["greeting"] }),
  ];
  const jobId = await submitJob(placement, stages, { source });
  const { jobs, logs } = await watchJob(placement, { jobId });
  assert.equal(jobs.at(-1)?.state, "JOB_STATE_SUCCEEDED", jobs.at(-1)?.message);
  assert.deepEqual(logs, { "two.1": "hello" });
  const digest = jobs.at(-1)?.stages[0]?.artifacts["greeting"]?.digest ?? "";
  await (await openArtifactStore(deployer.bus)).fetch(digest, join(directory.path, "greeting.tgz"));
  assert.deepEqual(deployer.denied, []);
});

test("placement may remove what nobody needs from the object store", options, async () => {
  await using server = await startGuardedServer();
  await using owner = await connectAs("placement", "placement", server);
  await openArtifactStore(owner.bus);
  await using deployer = await connectAs("deployer", "up", server);
  const digest = await storeTinyBundle(deployer.bus);
  await storeTinyBundle(deployer.bus);
  const stored = openStoredArtifacts(owner.bus);
  const [item, ...others] = await stored.list();
  assert.deepEqual([item?.key, others], [digest, []]);
  await stored.remove(item as StoredItem);
  assert.deepEqual(await stored.list(), []);
  assert.deepEqual([...owner.denied, ...deployer.denied], []);
});

test("an agent can tell nothing of another node", options, async () => {
  await using server = await startGuardedServer();
  await using placement = await startTestPlacement(as("placement", server));
  await using agent = await connectAs("vm-1", "agent-vm-1", server);
  const subjects = ["vm.vm-2", "container.vm-1", "vm.vm-1"].map((end) => `straightline.v1.telemetry.${end}`);
  agent.bus.publish(subjects[0] as string, encodeTelemetry("vm-2", "vm"));
  agent.bus.publish(subjects[1] as string, encodeTelemetry("vm-1", "container"));
  agent.bus.publish(subjects[2] as string, encodeTelemetry("vm-1", "vm"));
  await nodesSeen(placement, 1);
  const { nodes } = await call(placement.fleet.ListNodes.bind(placement.fleet), {});
  assert.deepEqual(
    nodes.map(({ nodeId, kind }) => [nodeId, kind]),
    [["vm-1", "NODE_KIND_VM"]],
  );
  assert.deepEqual(
    agent.denied,
    subjects.slice(0, 2).map((subject) => ({ type: "denied", operation: "publish", subject })),
  );
});

test("an agent reads its own assignments alone, and writes none", options, async () => {
  await using server = await startGuardedServer();
  await using owner = await connectAs("placement", "placement", server);
  const all = await assignments(owner.bus);
  await all.create("vm-1.app.0", { nodeId: "vm-1", application: "app" });
  await all.create("vm-2.app.1", { nodeId: "vm-2", application: "app" });
  await using agent = await connectAs("vm-1", "agent-vm-1", server);
  const bucket = await assignments(agent.bus);
  assert.deepEqual(
    (await bucket.entries("vm-1.>")).map(({ key }) => key),
    ["vm-1.app.0"],
  );
  const refused = { code: "BUS_UNAVAILABLE" };
  await assert.rejects(bucket.entries("vm-2.>"), refused);
  await assert.rejects(bucket.entries(), refused);
  await assert.rejects(bucket.get("vm-1.app.0"), refused);
  await assert.rejects(bucket.create("vm-1.other.0", { nodeId: "vm-1", application: "other" }), refused);
  assert.equal((await all.entries()).length, 2);
});

test("nobody hears what is meant for others", options, async () => {
  await using server = await startGuardedServer();
  await using agent = await connectAs("vm-1", "agent-vm-1", server);
  const subjects = ["_INBOX.>", "_INBOX.placement.>", "straightline.v1.telemetry.>", "$KV.assignments.>"];
  for (const subject of subjects) agent.bus.subscribe(subject, () => undefined);
  await eventually(() => agent.denied.length === subjects.length, { what: "the refusals" });
  assert.deepEqual(
    agent.denied,
    subjects.map((subject) => ({ type: "denied", operation: "subscription", subject })),
  );
});

test("a wrong password is refused, and not repeated in the message", options, async () => {
  await using server = await startGuardedServer();
  await assert.rejects(connectBus(as("vm-1", server, "wrong-word"), "agent-vm-1", testLog), (error: unknown) => {
    assert.ok(error instanceof StraightLineError);
    assert.equal(error.code, "BUS_UNAVAILABLE");
    assert.match(error.message, /Authorization Violation/);
    assert.doesNotMatch(error.message, /wrong-word/);
    return true;
  });
});
