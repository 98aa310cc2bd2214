import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, startTestMesh, type TestPlacement, testApplication, withCode } from "../support/placement-harness.js";
import { telemetryInstance } from "../support/telemetry-builders.js";

const options = { skip: skipWithoutNats() };
const KIB = 1024;

/** Places a request, answers it as an instance would that serves in so many milliseconds, and tells where it went. */
async function serve(placement: TestPlacement, serviceMs: Readonly<Record<string, number>>, sizeBytes = 8 * KIB) {
  const { placements } = placement;
  const placed = await placement.place({ data: { sizeBytes }, wait: true, explain: true });
  const took = serviceMs[String(placed.kind)] ?? 0;
  await call(placements.Report.bind(placements), {
    placementId: placed.placementId,
    outcome: "OUTCOME_OK",
    requestBytes: sizeBytes,
    serviceMs: took,
    responseMs: took + 2,
  });
  return placed;
}

test("adaptive learns from reports which form answers soonest, tells so, and follows when that changes", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config, ["--policy", "adaptive"]);
  const { placement } = mesh;
  const first = { NODE_KIND_VM: 200, NODE_KIND_CONTAINER: 30, NODE_KIND_SERVERLESS: 400 };
  for (let at = 0; at < 120; at++) await serve(placement, first);
  const kinds: string[] = [];
  for (let at = 0; at < 40; at++) kinds.push(String((await serve(placement, first)).kind));
  const learned = await serve(placement, first);
  assert.ok(kinds.filter((kind) => kind === "NODE_KIND_CONTAINER").length >= 36, kinds.join(" "));
  assert.match(learned.reason, /^adaptive: container, \d+ ms expected \(transfer .* \+ wait 0 \+ service \d+\), risk /);
  const predictedMs = learned.predicted?.serviceMs ?? 0;
  assert.ok(predictedMs > 24 && predictedMs < 36, `predicted ${predictedMs}`);
  assert.ok((learned.trace?.candidates[0]?.components["service_ms"] ?? 0) > 0);

  const then = { ...first, NODE_KIND_CONTAINER: 900, NODE_KIND_VM: 20 };
  const after: string[] = [];
  for (let at = 0; at < 60; at++) after.push(String((await serve(placement, then)).kind));
  assert.ok(after.slice(30).filter((kind) => kind === "NODE_KIND_VM").length >= 24, after.join(" "));
});

test("adaptive leaves an instance that fails, before telemetry tells of it", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config, ["--policy", "adaptive"]);
  const { placement } = mesh;
  const times = { NODE_KIND_VM: 20, NODE_KIND_CONTAINER: 30, NODE_KIND_SERVERLESS: 400 };
  for (let at = 0; at < 80; at++) await serve(placement, times);
  const failed = await placement.place({ data: { sizeBytes: 8 * KIB } });
  await placement.report(failed.placementId, "OUTCOME_INSTANCE_ERROR");
  const next = await placement.place({ data: { sizeBytes: 8 * KIB } });
  assert.notEqual(next.instanceId, failed.instanceId);
});

test("an application's own price cap keeps its requests from what is dearer", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config, ["--policy", "adaptive"]);
  const { placement, nodes } = mesh;
  const [vm] = nodes;
  vm?.tell([telemetryInstance("vm-1-a")], { price: { perRequest: 0.5 } });
  const { fleet } = placement;
  await eventually(
    async () => (await call(fleet.GetNode.bind(fleet), { nodeId: "vm-1" })).node?.telemetry?.price?.perRequest === 0.5,
    { what: "the price" },
  );
  const request = { constraints: { kinds: ["NODE_KIND_VM" as const] }, dryRun: true };
  assert.equal((await placement.place(request)).instanceId, "vm-1-a");
  await placement.deploy(testApplication(undefined, { priceCap: 0.1 }));
  await assert.rejects(placement.place(request), withCode("NEVER_FITS"));
  assert.notEqual((await placement.place({ dryRun: true })).kind, "NODE_KIND_VM");
});
