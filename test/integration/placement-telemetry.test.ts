import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, passTime, startTestMesh } from "../support/placement-harness.js";
import { encodeTelemetry, telemetryInstance } from "../support/telemetry-builders.js";

const options = { skip: skipWithoutNats() };

test("bad telemetry changes nothing and kills nobody", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { bus, placement, nodes } = mesh;
  const subject = "straightline.v1.telemetry.vm.vm-1";
  bus.publish(subject, new Uint8Array([0xff, 0xff, 0xff]));
  bus.publish(subject, new Uint8Array(0));
  bus.publish(subject, encodeTelemetry("vm-2", "vm", { sequence: 9 }));
  bus.publish("straightline.v1.telemetry.container.vm-1", encodeTelemetry("vm-1", "vm", { sequence: 9 }));
  bus.publish(subject, encodeTelemetry("vm-1", "vm", { sequence: 9, usage: { cpuMillicores: -4 } }));
  bus.publish(subject, encodeTelemetry("vm-1", "vm", { sequence: 9, price: { perRequest: Number.NaN } }));
  bus.publish(subject, encodeTelemetry("vm-1", "vm", { sequence: 1, instances: [] }));
  nodes[1]?.tell([telemetryInstance("marker")]);
  await eventually(
    async () => {
      const { node } = await call(placement.fleet.GetNode.bind(placement.fleet), { nodeId: "container-1" });
      return node?.telemetry?.instances[0]?.instanceId === "marker";
    },
    { what: "the honest snapshot behind the bad ones" },
  );
  const { nodes: known } = await call(placement.fleet.ListNodes.bind(placement.fleet), {});
  assert.deepEqual(
    known.map(({ nodeId }) => nodeId),
    ["container-1", "serverless-1", "vm-1"],
  );
  assert.equal((await placement.place({})).instanceId, "vm-1-a");
});

test("a node that falls silent is lost, its instances are not used; it comes back with its next word", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement, nodes } = mesh;
  const getNode = placement.fleet.GetNode.bind(placement.fleet);
  // Silence of all would be the bus's, and make nobody lost.
  await passTime(placement, 12_000, "serverless-1", () => {
    for (const node of nodes.slice(1)) node.tell([telemetryInstance(`${node.nodeId}-a`)]);
  });
  assert.equal((await placement.place({ dryRun: true })).kind, "NODE_KIND_CONTAINER");
  assert.equal((await call(getNode, { nodeId: "vm-1" })).node?.health, "NODE_HEALTH_LOST");
  nodes[0]?.tell([telemetryInstance("vm-1-a")]);
  await eventually(async () => (await placement.place({ dryRun: true })).kind === "NODE_KIND_VM", { what: "the node's return" });
});

test("nodes that all fall silent at once are not lost: placing goes on with what was known, and says so", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  placement.advance(60_000);
  const { kind, trace } = await placement.place({ explain: true });
  assert.deepEqual([kind, trace?.stale], ["NODE_KIND_VM", true]);
});

test("two agents with one node id are told apart, and the conflict is shown", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { bus, placement } = mesh;
  const speak = (agent: string, agentEpochMs: number, sequence: number) =>
    bus.publish(
      "straightline.v1.telemetry.vm.twin",
      encodeTelemetry("twin", "vm", {
        agentInstanceId: agent,
        agentEpochMs,
        sequence,
        instances: [telemetryInstance(`of-${agent}`)],
      }),
    );
  speak("older", 1000, 1);
  await nodesSeen(placement, 4);
  const getNode = placement.fleet.GetNode.bind(placement.fleet);
  let sequence = 1;
  const conflict = await eventually(
    async () => {
      sequence += 1;
      speak("newer", 2000, sequence);
      placement.advance(600);
      speak("older", 1000, sequence);
      const { node } = await call(getNode, { nodeId: "twin" });
      return node?.conflict !== "" && node?.telemetry?.instances[0]?.instanceId === "of-older" ? node?.conflict : undefined;
    },
    { what: "the conflict" },
  );
  assert.match(conflict, /more than one agent claims twin: older .* is used, newer .* ignored/);
});
