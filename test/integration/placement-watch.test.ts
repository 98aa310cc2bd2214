import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTracing } from "../../services/common/observe/index.js";
import { testBus } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import {
  explain,
  startTestMesh,
  startTestPlacement,
  tellTrio,
  testApplication,
  testNode,
  withCode,
} from "../support/placement-harness.js";
import { startSpanCollector } from "../support/span-collector.js";

const options = { skip: skipWithoutNats() };

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
