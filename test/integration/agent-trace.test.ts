import assert from "node:assert/strict";
import { test } from "node:test";
import { createAgent } from "../../agents/common/index.js";
import { createWatchdogBackend } from "../../agents/common/process/index.js";
import { createServerlessDriver } from "../../agents/serverless/index.js";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import { BUCKET, type BusMessage, openBucket, telemetrySubject } from "../../services/common/bus/index.js";
import { createMetrics } from "../../services/common/observe/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { agentConfig, assignment, isReady, testBus, testDirectory, testLog, watchTelemetry } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { startSpanCollector, tracingTo } from "../support/span-collector.js";
import { storeTinyBundle } from "../support/tiny-bundle.js";

const DEPLOY = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const REQUEST = { traceId: "1bf7651916cd43dd8448eb211c80319c", spanId: "c7ad6b7169203331" };

function traceparent({ traceId, spanId }: typeof DEPLOY): string {
  return `00-${traceId}-${spanId}-01`;
}

test("a deploy and its start are one trace, and so are a request and its cold start", { skip: skipWithoutNats() }, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await using collector = await startSpanCollector();
  const tracing = await tracingTo(collector, "agent");
  const config = agentConfig(nats.config, directory.path);
  const common = { log: testLog, tracing, metrics: createMetrics(), now: Date.now };
  const driver = createServerlessDriver({
    ...common,
    ...{ directory: directory.path, limits: createWatchdogBackend(), host: "127.0.0.1", env: process.env },
    ...{ otlpEndpoint: "", startTimeoutMs: 10_000 },
  });
  const agent = createAgent({ ...common, config, driver, onFatal: assert.ifError });
  await agent.start();
  const telemetry = watchTelemetry(bus, "serverless");
  const messages: BusMessage[] = [];
  bus.subscribe(telemetrySubject("serverless", "node-1"), (message) => messages.push(message));

  const bundle = { bundle: { digest: await storeTinyBundle(bus), sizeBytes: 1 } };
  const codec = messageCodec<Assignment, Assignment__Output>("Assignment");
  const bucket = await openBucket(bus, BUCKET.assignments, codec, () => undefined);
  await bucket.create("node-1.app.0", { ...assignment("serverless", bundle), traceparent: traceparent(DEPLOY) });
  const { httpEndpoint } = await telemetry.instance("a ready function", isReady);
  const answer = await fetch(`${httpEndpoint}/echo`, { headers: { traceparent: traceparent(REQUEST) } });
  const workerSaw = answer.headers.get("x-traceparent");
  await eventually(() => messages.find((message) => message.traceparent?.includes(DEPLOY.traceId)), {
    what: "telemetry with the trace of the deploy",
  });
  assert.ok(
    messages.some((message) => message.traceparent === undefined),
    "ordinary ticks carry no trace",
  );
  await agent.stop();
  await tracing.shutdown();

  const [apply] = collector.named("agent.assignment.apply");
  const [start] = collector.named("agent.instance.start");
  assert.deepEqual([apply?.traceId, apply?.parentSpanId], [DEPLOY.traceId, DEPLOY.spanId]);
  assert.deepEqual([start?.traceId, start?.parentSpanId], [DEPLOY.traceId, apply?.spanId]);
  assert.equal(start?.attributes["straightline.application"], "app");
  const messaging = ["system", "operation.name", "operation.type", "destination.name"];
  assert.deepEqual(
    messaging.map((name) => apply?.attributes[`messaging.${name}`]),
    ["nats", "process", "process", "assignments"],
  );
  const [fetched] = collector.named("agent.artifact.fetch");
  assert.equal(fetched?.attributes["straightline.artifact.digest"], bundle.bundle.digest);
  assert.equal(fetched?.attributes["straightline.artifact.cached"], false);
  assert.ok(Number(fetched?.attributes["straightline.artifact.size_bytes"]) > 0);
  const [invoke] = collector.named("function.invoke");
  const [cold] = collector.named("function.cold_start");
  assert.deepEqual([invoke?.traceId, invoke?.parentSpanId], [REQUEST.traceId, REQUEST.spanId]);
  const [acquire] = collector.named("function.acquire");
  assert.deepEqual([acquire?.traceId, acquire?.parentSpanId], [REQUEST.traceId, invoke?.spanId]);
  assert.deepEqual([cold?.traceId, cold?.parentSpanId], [REQUEST.traceId, acquire?.spanId]);
  for (const [step, parent] of [
    ["agent.artifact.fetch", apply],
    ["agent.instance.create", start],
    ["agent.instance.ready", start],
    ["agent.instance.create", cold],
    ["agent.instance.ready", cold],
  ] as const) {
    const found = collector.named(step).some(({ parentSpanId }) => parentSpanId === parent?.spanId);
    assert.ok(found, `${step} below ${parent?.name}`);
  }
  assert.equal(invoke?.attributes["faas.coldstart"], true);
  assert.equal(workerSaw, `00-${REQUEST.traceId}-${invoke?.spanId}-01`);
});
