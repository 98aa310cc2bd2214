import assert from "node:assert/strict";
import { resolve } from "node:path";
import { it } from "node:test";
import { startServerChild, waitUntilReady } from "../../services/cli/provision/index.js";
import { createTracing, type Tracing } from "../../services/common/observe/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { eventually } from "../support/eventually.js";
import { findJaeger, skipWithoutJaeger, startTestJaeger } from "../support/jaeger.js";

const ORDINARY = 40;

/** A collector with the shipped configuration. Jaeger 2 is built of the collector's own parts and runs any configuration of theirs. */
async function startCollector(tracesTo: string): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const [http, grpc] = (await freePorts("127.0.0.1", 2)) as [number, number];
  const child = await startServerChild(
    [findJaeger() as string, "--config", `file:${resolve("deploy/otel-collector/collector.yaml")}`],
    {
      ...process.env,
      COLLECTOR_OTLP_HTTP_PORT: String(http),
      COLLECTOR_OTLP_GRPC_PORT: String(grpc),
      COLLECTOR_DECISION_WAIT: "1s",
      COLLECTOR_ORDINARY_PERCENT: "0",
      STRAIGHTLINE_TRACES_TO: tracesTo,
    },
  );
  const endpoint = `http://127.0.0.1:${http}`;
  const isReady = async () => (await fetch(endpoint).catch(() => undefined)) !== undefined;
  await waitUntilReady({ child, name: "collector", isReady, timeoutMs: 30_000 });
  return { endpoint, stop: () => child.stop(5000) };
}

/** A trace of two spans; gives its id. */
function trace(tracing: Tracing, tookMs: number, mark: (root: ReturnType<Tracing["start"]>) => void): string {
  const root = tracing.start("gateway.request", { role: "server", startTimeMs: Date.now() - tookMs });
  tracing.start("model.infer", { parent: root.traceparent }).end();
  mark(root);
  root.end();
  return root.traceId;
}

it("behind a collector errors, slow requests, mispredictions and deploys are kept, and nothing else", {
  skip: skipWithoutJaeger(),
}, async () => {
  await using jaeger = await startTestJaeger();
  const collector = await startCollector(jaeger.otlpEndpoint);
  try {
    const tracing = await createTracing({
      resource: { "service.name": "gateway" },
      otlpEndpoint: collector.endpoint,
      sampleRatio: 1,
    });
    const ordinary = Array.from({ length: ORDINARY }, () => trace(tracing, 5, () => undefined));
    const kept = {
      error: trace(tracing, 5, (root) => root.fail("INSTANCE_UNAVAILABLE")),
      slow: trace(tracing, 1500, () => undefined),
      mispredicted: trace(tracing, 5, (root) => root.keep("mispredicted")),
      deploy: trace(tracing, 5, (root) => root.set({ "straightline.assignment": "node-1.app.0" })),
    };
    await tracing.shutdown();
    for (const [why, traceId] of Object.entries(kept)) {
      await eventually(async () => (await jaeger.spans(traceId)).length === 2, {
        what: `the trace of ${why}, whole`,
        pollMs: 200,
      });
    }
    // All began together, so that the others have been judged too.
    for (const traceId of ordinary) assert.deepEqual(await jaeger.spans(traceId), []);
  } finally {
    await collector.stop();
  }
});
