import assert from "node:assert/strict";
import { it } from "node:test";
import { createMetrics, exportMetrics, METRIC, type Metrics, processResource } from "../../services/common/observe/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { testLog } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutOtlpPrometheus, startOtlpPrometheus } from "../support/prometheus.js";

it("every metric has one name, whether Prometheus scrapes it or takes it by OTLP", {
  skip: skipWithoutOtlpPrometheus(),
}, async () => {
  await using prometheus = await startOtlpPrometheus();
  const [port] = (await freePorts("127.0.0.1", 1)) as [number];
  const end = await exportMetrics({
    metrics: oneValueOfEach(),
    resource: processResource({ serviceName: "test", version: "1" }),
    port,
    otlpEndpoint: prometheus.otlpMetricsUrl,
    intervalMs: 500,
    log: testLog,
  });
  try {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const shown = new Set([...text.matchAll(/^\w+/gm)].map(([name]) => name));
    assert.ok(shown.size > Object.keys(METRIC).length);
    let taken: readonly string[] = [];
    const isAsMuch = async (): Promise<boolean> => {
      taken = await prometheus.names();
      return taken.length >= shown.size;
    };
    await eventually(isAsMuch, { what: "all metrics in Prometheus", timeoutMs: 15_000 }).catch(() => undefined);
    assert.deepEqual([...taken].sort(), [...shown].sort());
  } finally {
    await end();
  }
});

function oneValueOfEach(): Metrics {
  const metrics = createMetrics();
  for (const definition of Object.values(METRIC)) {
    const labels = definition.labels.map(() => "x");
    if (definition.type === "counter") metrics.counter<readonly string[]>(definition).add(1, ...labels);
    else if (definition.type === "histogram") metrics.histogram<readonly string[]>(definition).record(1, ...labels);
    else metrics.observe<readonly string[]>(definition, (set) => set(1, ...labels));
  }
  return metrics;
}
