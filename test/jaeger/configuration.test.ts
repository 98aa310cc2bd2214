import assert from "node:assert/strict";
import { it } from "node:test";
import { createTracing } from "../../services/common/observe/index.js";
import { jaegerAssets, skipWithoutJaeger, startTestJaeger } from "../support/jaeger.js";

const skip = skipWithoutJaeger();

it("a Jaeger with the shipped configuration gives back what it was sent", { skip }, async () => {
  await using jaeger = await startTestJaeger();
  const tracing = await createTracing({
    resource: { "service.name": "sender" },
    otlpEndpoint: jaeger.otlpEndpoint,
    sampleRatio: 1,
  });
  const root = tracing.start("root", { role: "server", attributes: { "straightline.node.id": "n1" } });
  const child = tracing.start("child", { parent: root.traceparent });
  child.event("seen", { count: 2 });
  child.end();
  root.end();
  await tracing.shutdown();
  const [first, second] = await jaeger.trace(root.traceId, (spans) => spans.length === 2);
  assert.deepEqual([first?.name, first?.service, first?.parentSpanId], ["root", "sender", ""]);
  assert.equal(first?.tags["straightline.node.id"], "n1");
  assert.equal(second?.parentSpanId, first?.spanId);
  assert.deepEqual(second?.events, [{ event: "seen", count: 2 }]);
});

it("it serves Jaeger's page", {
  skip: skip || (jaegerAssets() === "" && "STRAIGHTLINE_TEST_JAEGER_UI names no page"),
}, async () => {
  await using jaeger = await startTestJaeger();
  const page = await fetch(`${jaeger.url}/trace/0af7651916cd43dd8448eb211c80319c`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<title>Jaeger UI<\/title>/);
});
