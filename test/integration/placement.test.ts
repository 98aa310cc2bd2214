import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PlaceRequest } from "../../proto/gen/straightline/v1/PlaceRequest.js";
import { type ErrorCode, StraightLineError } from "../../services/common/errors/index.js";
import { createTracing } from "../../services/common/observe/index.js";
import { testBus } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import {
  call,
  nodesSeen,
  passTime,
  startTestMesh,
  startTestPlacement,
  type TestPlacement,
  tellTrio,
  testApplication,
  testNode,
} from "../support/placement-harness.js";
import { startSpanCollector } from "../support/span-collector.js";
import { encodeTelemetry, telemetryInstance } from "../support/telemetry-builders.js";

const options = { skip: skipWithoutNats() };
const KIB = 1024;

function withCode(code: ErrorCode, check: (error: StraightLineError) => void = () => undefined) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof StraightLineError, String(error));
    assert.equal(error.code, code, error.message);
    check(error);
    return true;
  };
}

async function explain(placement: TestPlacement, placementId: string) {
  return call(placement.placements.Explain.bind(placement.placements), { placementId });
}

test("telemetry in, a placement out: by the algorithm, with reason, lease, endpoint and trace", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;

  const small = await placement.place({ data: { sizeBytes: 8 * KIB }, explain: true });
  assert.equal(small.kind, "NODE_KIND_VM");
  assert.equal(small.httpEndpoint, "http://127.0.0.1/vm-1-a");
  assert.match(small.reason, /^f_t 0\.10\/s <= F 10\/s, 8 KiB <= D 128 KiB, VM slot free: VM$/);
  assert.equal(small.policy, "straightline");
  assert.ok(small.leaseMs > 5000 && small.leaseMs <= 12_000, `lease ${small.leaseMs}`);
  assert.deepEqual(small.trace?.parameters, { F: 10, D: 128 * KIB });
  assert.equal(small.trace?.candidates.length, 3);

  const large = await placement.place({ data: { sizeBytes: 300 * KIB } });
  assert.deepEqual([large.kind, large.trace], ["NODE_KIND_CONTAINER", null]);
  const frequent = await placement.place({ data: { sizeBytes: 8 * KIB }, frequencyHint: 12.4 });
  assert.deepEqual([frequent.kind, frequent.frequency], ["NODE_KIND_SERVERLESS", 12.4]);
});

test("f_t is measured: the same small requests move from the VM to serverless when they come often", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config, ["--f", "3", "--frequency-window", "10s"]);
  const { placement } = mesh;
  const kinds: string[] = [];
  for (let i = 0; i < 32; i++) {
    await placement.place({ dryRun: true });
    const { kind, placementId, frequency } = await placement.place({ data: { sizeBytes: 10 } });
    await placement.report(placementId);
    assert.ok(Math.abs(frequency - (i + 1) / 10) < 1e-9, `dry runs must not count: ${frequency}`);
    kinds.push(kind);
  }
  assert.deepEqual(kinds.slice(28), ["NODE_KIND_VM", "NODE_KIND_VM", "NODE_KIND_SERVERLESS", "NODE_KIND_SERVERLESS"]);
});

test("slots are counted at once, refused when gone, and freed by a report", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const vmOnly = { constraints: { kinds: ["NODE_KIND_VM" as const] } };
  const held = await placement.place(vmOnly);
  await assert.rejects(
    placement.place(vmOnly),
    withCode("NO_CAPACITY", ({ details }) => {
      assert.equal(details.retryAfterMs, 250);
      assert.ok((details.trace?.length ?? 0) > 0, "the trace is attached");
      assert.equal(details.metadata?.["refusal"], "NO_FREE_SLOT");
    }),
  );
  await placement.report(held.placementId);
  await placement.report(held.placementId);
  assert.equal((await placement.place(vmOnly)).instanceId, "vm-1-a");
  await assert.rejects(placement.place(vmOnly), withCode("NO_CAPACITY"));
});

test("a dry run reserves nothing and is not remembered", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  for (let i = 0; i < 3; i++) {
    const { kind, placementId, leaseMs } = await mesh.placement.place({ dryRun: true });
    assert.deepEqual([kind, placementId, leaseMs], ["NODE_KIND_VM", "", 0]);
  }
});

test("a waiting request gets the slot that a report frees; one that waits in vain ends at its deadline", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const vmOnly: PlaceRequest = { constraints: { kinds: ["NODE_KIND_VM"] }, wait: true };
  const held = await placement.place(vmOnly);
  const waiting = placement.place({ ...vmOnly, explain: true });
  await assert.rejects(
    placement.place({ ...vmOnly, deadlineMs: 200 }),
    withCode("DEADLINE_EXCEEDED", ({ message }) => assert.match(message, /in vain: no slot of app is free/)),
  );
  await placement.report(held.placementId);
  const served = await waiting;
  assert.equal(served.instanceId, "vm-1-a");
  assert.ok((served.trace?.waitedMs ?? 0) >= 150, `waited ${served.trace?.waitedMs} ms`);
});

test(
  "a lease that runs out frees its slot for one who waits; the late report is taken, and Explain tells all",
  options,
  async () => {
    await using nats = await startNatsServer();
    await using mesh = await startTestMesh(nats.config, ["--lost-ticks", "1000", "--suspect-ticks", "999"]);
    const { placement } = mesh;
    const vmOnly: PlaceRequest = { constraints: { kinds: ["NODE_KIND_VM"] }, wait: true };
    const forgotten = await placement.place({ ...vmOnly, deadlineMs: 1000 });
    const waiting = placement.place(vmOnly);
    placement.advance(3100);
    const next = await waiting;
    assert.equal(next.instanceId, "vm-1-a");
    await placement.report(forgotten.placementId);
    const { leaseExpired, report, request, placement: told } = await explain(placement, forgotten.placementId);
    assert.deepEqual([leaseExpired, report?.outcome, request?.application], [true, "OUTCOME_OK", "app"]);
    assert.ok((told?.trace?.steps.length ?? 0) > 0);
    await assert.rejects(placement.place({ ...vmOnly, wait: false }), withCode("NO_CAPACITY"), "the late report freed nothing");
  },
);

test("a failed request moves the next ones elsewhere at once", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const first = await placement.place({});
  assert.equal(first.kind, "NODE_KIND_VM");
  await placement.report(first.placementId, "OUTCOME_INSTANCE_ERROR");
  const second = await placement.place({});
  assert.equal(second.kind, "NODE_KIND_CONTAINER");
  assert.match(second.reason, /VM is suspect: container$/);
  await placement.report(second.placementId, "OUTCOME_THROTTLED");
  assert.match((await placement.place({})).reason, /container has no free slot: serverless$/);
});

test("one idempotency key gives one placement; another request under it is refused", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const request: PlaceRequest = { idempotencyKey: "k1", data: { sizeBytes: 10, locality: { a: 0.5, b: 0.5 } } };
  const [first, again] = [await placement.place(request), await placement.place({ ...request, deadlineMs: 500 })];
  assert.equal(again.placementId, first.placementId);
  await assert.rejects(placement.place({ ...request, data: { sizeBytes: 11 } }), withCode("IDEMPOTENCY_CONFLICT"));
});

test("a repeated call goes on waiting although the first, with the same key, has given up", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const onVm: PlaceRequest = { constraints: { kinds: ["NODE_KIND_VM"] }, wait: true };
  const held = await placement.place(onVm);
  const first = placement.place({ ...onVm, idempotencyKey: "k", deadlineMs: 100 });
  const repeated = placement.place({ ...onVm, idempotencyKey: "k" });
  await assert.rejects(first, withCode("DEADLINE_EXCEEDED"));
  await placement.report(held.placementId);
  assert.equal((await repeated).instanceId, "vm-1-a");
});

test("bad input is answered with what is wrong, all at once", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  await assert.rejects(placement.place({ application: "nobody" }), withCode("UNKNOWN_APPLICATION"));
  await assert.rejects(
    placement.place({ data: { sizeBytes: -1, locality: { a: Number.NaN } }, deadlineMs: -1 }),
    withCode("INVALID_REQUEST", ({ details }) => assert.equal(details.violations?.length, 3)),
  );
  await assert.rejects(placement.place({ policy: "best" }), withCode("UNKNOWN_POLICY"));
  await assert.rejects(placement.report("p-unknown"), withCode("UNKNOWN_PLACEMENT"));
  await assert.rejects(explain(placement, "p-unknown"), withCode("UNKNOWN_PLACEMENT"));
  const everywhere = { constraints: { excludedInstanceIds: ["vm-1-a", "container-1-a", "serverless-1-a"] }, wait: true };
  await assert.rejects(placement.place(everywhere), withCode("NEVER_FITS"), "no waiting for what cannot be");
});

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

describe("streams of", () => {
  test("decisions show each as it is made, of one application if asked", options, async () => {
    await using nats = await startNatsServer();
    await using mesh = await startTestMesh(nats.config);
    const { placement } = mesh;
    await placement.deploy(testApplication(["vm"], { name: "other" }));
    const seen: string[] = [];
    const stream = placement.placements.Watch({ application: "app" });
    stream.on("data", ({ application, placement: placed, failure }) =>
      seen.push(`${application} ${placed?.kind ?? failure?.reason}`),
    );
    stream.on("error", () => undefined);
    await eventually(
      async () => {
        const placed = await placement.place({});
        await placement.report(placed.placementId);
        return seen.length > 0;
      },
      { what: "the first decision" },
    );
    seen.length = 0;
    await assert.rejects(placement.place({ application: "other" }), withCode("NO_CAPACITY"));
    await assert.rejects(placement.place({ constraints: { zones: ["nowhere"] } }), withCode("NEVER_FITS"));
    await eventually(() => seen.length > 0, { what: "the refusal" });
    assert.deepEqual(seen, ["app NEVER_FITS"]);
    stream.cancel();
  });

  test("the fleet begin with every node and go on with each change", options, async () => {
    await using nats = await startNatsServer();
    await using mesh = await startTestMesh(nats.config);
    const { bus, placement } = mesh;
    const seen: string[] = [];
    const stream = placement.fleet.Watch({});
    stream.on("data", ({ node }) => seen.push(node?.nodeId ?? ""));
    stream.on("error", () => undefined);
    await eventually(() => seen.length >= 3, { what: "the first three" });
    assert.deepEqual(seen.slice(0, 3), ["container-1", "serverless-1", "vm-1"]);
    testNode(bus, "vm-9", "vm").tell([]);
    await eventually(() => seen.includes("vm-9"), { what: "the newcomer" });
    stream.cancel();
  });
});

test("a placement is a span under the caller's, with what the decision rests on", options, async () => {
  await using nats = await startNatsServer();
  await using collector = await startSpanCollector();
  await using bus = await testBus(nats.config);
  const tracing = await createTracing({
    serviceName: "straightline-placement",
    otlpEndpoint: collector.endpoint,
    sampleRatio: 1,
  });
  await using placement = await startTestPlacement(nats.config, { tracing });
  await placement.deploy();
  await tellTrio(bus, placement);
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const { placementId } = await new Promise<{ placementId: string }>((resolve, reject) => {
    const stream = placement.placements.PlaceStream();
    stream.on("error", reject);
    stream.on("data", ({ results }) => resolve(results[0]?.placement ?? { placementId: "" }));
    stream.write({ items: [{ id: 1, place: { application: "app" }, traceparent: `00-${traceId}-00f067aa0ba902b7-01` }] });
    stream.end();
  });
  const span = await eventually(() => collector.spans(traceId)[0], { what: "the span" });
  assert.deepEqual([span.name, span.parentSpanId], ["placement.place", "00f067aa0ba902b7"]);
  assert.equal(span.attributes["straightline.placement.id"], placementId);
  assert.equal(span.attributes["straightline.node.kind"], "NODE_KIND_VM");
  assert.equal(span.attributes["straightline.threshold.frequency_per_second"], 10);
  assert.equal((await explain(placement, placementId)).traceId, traceId);
  await tracing.shutdown();
});
