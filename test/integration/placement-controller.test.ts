import assert from "node:assert/strict";
import { test } from "node:test";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import type { NodeRecord, NodeRecord__Output } from "../../proto/gen/straightline/v1/NodeRecord.js";
import { BUCKET, type BusConnection, openBucket } from "../../services/common/bus/index.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { testBus } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import {
  call,
  nodesSeen,
  passTime,
  startTestPlacement,
  type TestNode,
  type TestPlacement,
  tellTrio,
  testApplication,
  testNode,
} from "../support/placement-harness.js";
import { telemetryInstance } from "../support/telemetry-builders.js";

const options = { skip: skipWithoutNats() };

async function openAssignments(bus: BusConnection) {
  const codec = messageCodec<Assignment, Assignment__Output>("Assignment");
  const bucket = await openBucket(bus, BUCKET.assignments, codec, assert.fail);
  const keys = async (): Promise<string[]> => (await bucket.entries()).map(({ key }) => key);
  return {
    bucket,
    keys,
    become: (expected: readonly string[]) =>
      eventually(async () => JSON.stringify(await keys()) === JSON.stringify(expected), { what: `assignments ${expected}` }),
  };
}

async function statusOf(placement: TestPlacement, name = "app") {
  const { status } = await call(placement.deployments.Get.bind(placement.deployments), { name });
  assert.ok(status !== null);
  return status;
}

/** A node that has its assignment's instance ready. */
function ready(node: TestNode, replica: number): void {
  node.tell([telemetryInstance(`${node.nodeId}-a`, { assignment: `app.${replica}` })]);
}

test("Deploy writes assignments for the nodes there are, renews them, and Undeploy takes them away", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using placement = await startTestPlacement(nats.config);
  const assignments = await openAssignments(bus);
  const vm = testNode(bus, "vm-1", "vm");
  vm.tell([]);
  await nodesSeen(placement, 1);
  await placement.deploy(testApplication(["vm", "container"]));
  await assignments.become(["vm-1.app.0"]);

  const waiting = await statusOf(placement);
  assert.deepEqual(
    waiting.implementations.map(({ desired, assigned, ready: up, message }) => [desired, assigned, up, message]),
    [
      [1, 1, 0, "0 of 1 ready"],
      [1, 0, 0, "no container node has joined"],
    ],
  );
  assert.equal(waiting.spec?.implementations[0]?.concurrency, 1, "defaults are filled in");

  ready(vm, 0);
  testNode(bus, "container-1", "container").tell([]);
  await assignments.become(["container-1.app.1", "vm-1.app.0"]);
  await eventually(async () => (await statusOf(placement)).implementations[0]?.ready === 1, { what: "a ready instance" });

  await placement.deploy(testApplication(["vm"], { timeoutMs: 1234 }));
  await assignments.become(["vm-1.app.0"]);
  await eventually(async () => (await assignments.bucket.get("vm-1.app.0"))?.value.generation === 2, { what: "generation 2" });
  assert.equal((await assignments.bucket.get("vm-1.app.0"))?.value.spec?.timeoutMs, 1234);

  await call(placement.deployments.Undeploy.bind(placement.deployments), { name: "app" });
  await assignments.become([]);
  await assert.rejects(
    statusOf(placement),
    (error) => error instanceof StraightLineError && error.code === "UNKNOWN_APPLICATION",
  );
});

test("a lost node's assignments move to another of its kind", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using placement = await startTestPlacement(nats.config);
  const assignments = await openAssignments(bus);
  const [one, two] = [testNode(bus, "vm-1", "vm"), testNode(bus, "vm-2", "vm")];
  for (const node of [one, two]) node.tell([]);
  await nodesSeen(placement, 2);
  await placement.deploy(testApplication(["vm"]));
  await assignments.become(["vm-1.app.0"]);
  await passTime(placement, 12_000, "vm-2", () => two.tell([]));
  await assignments.become(["vm-2.app.1"]);
});

test(
  "a drained node gives up what it has once the replacement is ready; a cordoned one keeps it and gets nothing new",
  options,
  async () => {
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    await using placement = await startTestPlacement(nats.config);
    const assignments = await openAssignments(bus);
    const [one, two] = [testNode(bus, "vm-1", "vm"), testNode(bus, "vm-2", "vm")];
    one.tell([]);
    await nodesSeen(placement, 1);
    await placement.deploy(testApplication(["vm"]));
    await assignments.become(["vm-1.app.0"]);
    ready(one, 0);
    two.tell([]);
    await nodesSeen(placement, 2);

    const { fleet } = placement;
    const drained = await call(fleet.Drain.bind(fleet), { nodeId: "vm-1" });
    assert.equal(drained.node?.scheduling, "SCHEDULING_DRAINING");
    await assignments.become(["vm-1.app.0", "vm-2.app.1"]);
    ready(two, 1);
    await assignments.become(["vm-2.app.1"]);

    await call(fleet.Cordon.bind(fleet), { nodeId: "vm-2" });
    await placement.deploy({ ...testApplication(["vm"]), name: "other" });
    const why = "1 without a node: vm-1: it is draining; vm-2: it is cordoned";
    await eventually(async () => (await statusOf(placement, "other")).implementations[0]?.message === why, {
      what: "the reason why nothing is assigned",
    });
    await call(fleet.Uncordon.bind(fleet), { nodeId: "vm-1" });
    await assignments.become(["vm-1.other.0", "vm-2.app.1"]);
    await assert.rejects(
      call(fleet.Cordon.bind(fleet), { nodeId: "nobody" }),
      (error) => error instanceof StraightLineError && error.code === "UNKNOWN_NODE",
    );
  },
);

test(
  "a restarted placement remembers applications, nodes and cordons, and moves nothing before it has listened",
  options,
  async () => {
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    const assignments = await openAssignments(bus);
    const [one, two] = [testNode(bus, "vm-1", "vm"), testNode(bus, "vm-2", "vm")];
    {
      await using placement = await startTestPlacement(nats.config);
      one.tell([]);
      await nodesSeen(placement, 1);
      await placement.deploy(testApplication(["vm"]));
      await assignments.become(["vm-1.app.0"]);
      two.tell([]);
      await nodesSeen(placement, 2);
      const { fleet } = placement;
      await call(fleet.Cordon.bind(fleet), { nodeId: "vm-2" });
      const codec = messageCodec<NodeRecord, NodeRecord__Output>("NodeRecord");
      const records = await openBucket(bus, BUCKET.nodes, codec, assert.fail);
      await eventually(() => records.get("vm-1"), { what: "the first node's record" });
    }
    await using placement = await startTestPlacement(nats.config);
    const { nodes } = await call(placement.fleet.ListNodes.bind(placement.fleet), {});
    assert.deepEqual(
      nodes.map(({ nodeId, scheduling, health, telemetry }) => [nodeId, scheduling, health, telemetry]),
      [
        ["vm-1", "SCHEDULING_OPEN", "NODE_HEALTH_SUSPECT", null],
        ["vm-2", "SCHEDULING_CORDONED", "NODE_HEALTH_SUSPECT", null],
      ],
    );
    ready(one, 0);
    const placed = await eventually(() => placement.place({}).catch(() => undefined), { what: "a placement after the restart" });
    assert.equal(placed.instanceId, "vm-1-a");
    assert.deepEqual(await assignments.keys(), ["vm-1.app.0"]);
  },
);

test(
  "while NATS is away placing goes on with what is known, Deploy is refused at once; when it is back all goes on",
  options,
  async () => {
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    await using placement = await startTestPlacement(nats.config);
    await placement.deploy();
    const nodes = await tellTrio(bus, placement, { concurrency: 10 });
    await nats.stop("crash");
    await eventually(
      async () => {
        try {
          await placement.deploy();
          return false;
        } catch (error) {
          return error instanceof StraightLineError && error.code === "BUS_UNAVAILABLE";
        }
      },
      { what: "the refusal" },
    );
    assert.equal((await placement.place({})).kind, "NODE_KIND_VM");
    placement.advance(4000);
    const stale = await placement.place({ explain: true });
    assert.deepEqual([stale.kind, stale.trace?.stale], ["NODE_KIND_VM", true]);

    await nats.start();
    await eventually(() => bus.isConnected(), { what: "the test's own connection" });
    await eventually(
      async () => {
        for (const node of nodes) node.tell([telemetryInstance(`${node.nodeId}-a`, { concurrency: 10 })]);
        const { trace } = await placement.place({ explain: true, dryRun: true });
        return trace?.stale === false;
      },
      { what: "fresh telemetry", pollMs: 100 },
    );
    await eventually(
      () =>
        placement.deploy(testApplication(undefined, { timeoutMs: 1234 })).then(
          () => true,
          () => false,
        ),
      { what: "a deploy" },
    );
    assert.equal((await statusOf(placement)).generation, 2);
  },
);
