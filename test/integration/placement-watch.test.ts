import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PlaceStreamResult__Output } from "../../proto/gen/straightline/v1/PlaceStreamResult.js";
import { callUnary } from "../../services/common/rpc/index.js";
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
import { startSpanCollector, tracingTo } from "../support/span-collector.js";
import { telemetryInstance } from "../support/telemetry-builders.js";

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
  const tracing = await tracingTo(collector, "straightline-placement");
  await using placement = await startTestPlacement(nats.config, { tracing });
  await placement.deploy();
  await tellTrio(bus, placement);
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
  const stream = placement.placements.PlaceStream();
  const ask = (item: object) =>
    new Promise<PlaceStreamResult__Output>((resolve, reject) => {
      stream.once("error", reject);
      stream.once("data", ({ results }) => resolve(results[0] as PlaceStreamResult__Output));
      stream.write({ items: [{ id: 1, traceparent, ...item }] });
    });
  const { placement: placed } = await ask({ place: { application: "app", retryOf: "an-earlier-one" } });
  const placementId = placed?.placementId ?? "";
  await ask({ report: { placementId, outcome: "OUTCOME_OK", responseMs: 12 } });
  const { failure } = await ask({ place: { application: "app", constraints: { zones: ["nowhere"] } } });
  stream.end();
  await eventually(() => collector.spans(traceId).length === 3, { what: "the spans" });
  const spans = collector.spans(traceId);
  const [place, refused] = spans.filter(({ name }) => name === "placement.place");
  const report = spans.find(({ name }) => name === "placement.report");
  assert.equal(place?.parentSpanId, "00f067aa0ba902b7");
  assert.equal(place?.attributes["straightline.placement.id"], placementId);
  assert.equal(place?.attributes["straightline.node.kind"], "vm");
  assert.equal(place?.attributes["straightline.threshold.frequency_per_second"], 10);
  assert.equal(place?.attributes["straightline.retry_of"], "an-earlier-one");
  assert.equal(report?.attributes["straightline.actual_ms"], 12);
  for (const span of [place, report]) {
    assert.equal("straightline.predicted_ms" in (span?.attributes ?? {}), false, "nothing has been served yet");
  }
  assert.equal(refused?.attributes["error.type"], failure?.reason);
  assert.equal(refused?.attributes["straightline.candidates.refused"], 3);
  assert.deepEqual(refused?.events.map(({ name, attributes }) => [name, attributes["straightline.node.id"]]).sort(), [
    ["candidate.refused", "container-1"],
    ["candidate.refused", "serverless-1"],
    ["candidate.refused", "vm-1"],
  ]);
  const decision = await explain(placement, placementId);
  assert.equal(decision.traceId, traceId);
  assert.equal(decision.placement?.trace?.retryOf, "an-earlier-one");
  await tracing.shutdown();
});

test("of many instances that are refused, sixteen are events of the span, and all are counted", options, async () => {
  await using nats = await startNatsServer();
  await using collector = await startSpanCollector();
  await using bus = await testBus(nats.config);
  const tracing = await tracingTo(collector, "straightline-placement", 0);
  await using placement = await startTestPlacement(nats.config, { tracing });
  await placement.deploy();
  testNode(bus, "vm-1", "vm").tell(Array.from({ length: 25 }, (_, at) => telemetryInstance(`vm-1-${at}`)));
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4737";
  const traced = { timeoutMs: 5000, traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  const elsewhere = { application: "app", constraints: { zones: ["nowhere"] } };
  const span = await eventually(
    async () => {
      await assert.rejects(callUnary(placement.placements.Place.bind(placement.placements), elsewhere, traced));
      return collector.spans(traceId).find(({ attributes }) => attributes["straightline.candidates.refused"] === 25);
    },
    { what: "a refusal by all 25" },
  );
  await tracing.shutdown();
  assert.equal(span.events.length, 16);
  for (const { name, attributes } of span.events) {
    assert.deepEqual([name, attributes["straightline.refusal"]], ["candidate.refused", "ZONE_NOT_ALLOWED"]);
  }
});
