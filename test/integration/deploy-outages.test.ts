import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import { BUCKET, type BusConnection, openBucket } from "../../services/common/bus/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { createOperator } from "../converge/operator.js";
import { agentConfig, startTestAgent, testBus, testDirectory, testVmDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { startMeshProcesses } from "../support/mesh-processes.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, testNode } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };
/** So many writes take far longer than a kill. */
const REPLICAS = 1000;

function application(replicas: number, version: string, artifact: Application["artifact"] = null): Application {
  return {
    name: "app",
    artifact: artifact ?? { command: { argv: ["x"] } },
    implementations: [
      {
        kind: "NODE_KIND_VM",
        resources: { cpuMillicores: 1, memoryBytes: 1024 ** 2 },
        replicas,
        environment: { VERSION: version },
      },
    ],
  };
}

function assignmentsOf(bus: BusConnection) {
  const codec = messageCodec<Assignment, Assignment__Output>("Assignment");
  return openBucket(bus, BUCKET.assignments, codec, assert.fail);
}

test(
  "a controller that is killed between two of its writes leaves a part, and the next one writes the rest once",
  options,
  async (t) => {
    await using directory = await testDirectory();
    await using mesh = await startMeshProcesses(directory.path, { placements: 1, vmAgents: 0 });
    await using bus = await testBus(mesh.nats.config);
    const [placement] = mesh.placements;
    assert.ok(placement !== undefined);
    using operator = createOperator(mesh.addresses);
    const node = testNode(bus, "vm-1", "vm");
    const speaking = setInterval(() => node.tell([]), 100);
    try {
      await eventually(async () => (await operator.lists().catch(() => undefined)) !== undefined, {
        what: "placement",
      });
      const bucket = await assignmentsOf(bus);
      let writes = 0;
      await bucket.watch("*.app.*", (event) => {
        if (event.type === "put") writes += 1;
      });
      await operator.deploy(application(REPLICAS, "one"));
      await eventually(() => writes > 0, { what: "the first write", pollMs: 1 });
      await placement.kill();
      const written = await bucket.entries();
      t.diagnostic(`killed after ${written.length} of ${REPLICAS} writes`);
      assert.ok(written.length > 0 && written.length < REPLICAS);

      await placement.start();
      const all = await eventually(
        async () => {
          const entries = await bucket.entries();
          return entries.length === REPLICAS ? entries : undefined;
        },
        { what: "all assignments", pollMs: 100 },
      );
      assert.equal(new Set(all.map(({ value }) => value.replica)).size, REPLICAS);
      const first = new Map(written.map(({ key, revision }) => [key, revision]));
      const rewritten = all.filter(({ key, revision }) => first.has(key) && first.get(key) !== revision);
      assert.deepEqual(rewritten, [], "what the first one wrote stands");
    } finally {
      clearInterval(speaking);
    }
  },
);

test("NATS may go in the middle of a rollout: what ran serves on, and the rollout ends once it is back", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await using placement = await startTestPlacement(nats.config);
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));
  await nodesSeen(placement, 1);
  const status = async () => {
    const { status: found } = await call(placement.deployments.Get.bind(placement.deployments), { name: "app" });
    assert.ok(found !== null);
    return found;
  };
  const complete = (generation: number) =>
    eventually(
      async () => {
        const found = await status();
        return found.generation === generation && found.rollout?.phase === "ROLLOUT_PHASE_COMPLETE" ? found : undefined;
      },
      { what: `generation ${generation}`, pollMs: 100 },
    );
  const artifact = await storeGracefulBundle(bus);
  const sound = (version: string): Application => {
    const resources = { cpuMillicores: 100, memoryBytes: 128 * 1024 ** 2 };
    const { implementations = [], ...rest } = application(1, version, artifact);
    // Time to look at the first version while the second is on its way.
    const rollout = { minReadyMs: 3000 };
    return { ...rest, rollout, implementations: implementations.map((form) => ({ ...form, resources })) };
  };
  await placement.deploy(sound("one"));
  const url = (await complete(1)).instances[0]?.telemetry?.httpEndpoint ?? "";

  await placement.deploy(sound("two"));
  await nats.stop("crash");
  assert.equal((await status()).rollout?.phase, "ROLLOUT_PHASE_PROGRESSING");
  assert.equal(await (await fetch(url, { method: "POST", body: "x" })).text(), "one");
  await nats.start();
  await complete(2);
  const { instances } = await eventually(
    async () => {
      const found = await status();
      return found.instances.length === 1 ? found : undefined;
    },
    { what: "one instance" },
  );
  const now = instances[0]?.telemetry?.httpEndpoint ?? "";
  assert.equal(await (await fetch(now, { method: "POST", body: "x" })).text(), "two");
});
