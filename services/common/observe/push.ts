import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { attributesOf } from "./exposition.js";
import type { HistogramValue } from "./instruments.js";
import type { Logger } from "./log.js";
import type { MetricSnapshot, Metrics } from "./metrics.js";
import type { Resource } from "./resource.js";
import { tellFaults } from "./tell-faults.js";

/** Where metrics are sent. */
export interface PushOptions {
  /** OTLP/HTTP URL with its path, as OTEL_EXPORTER_OTLP_METRICS_ENDPOINT has it. */
  readonly url: string;
  readonly intervalMs: number;
  readonly resource: Resource;
  readonly log: Logger;
}

/** At most this long for one export; never longer than the interval. */
const EXPORT_TIMEOUT_MS = 2000;

/** Sends all metrics by OTLP/HTTP at each interval and once more at the end; gives the function that ends it. */
export function startPush(metrics: Metrics, { url, intervalMs, resource, log }: PushOptions): () => Promise<void> {
  const timeoutMs = Math.min(EXPORT_TIMEOUT_MS, intervalMs);
  const reader = new PeriodicExportingMetricReader({
    exporter: tellFaults(new OTLPMetricExporter({ url, timeoutMillis: timeoutMs }), { what: "metrics", url, log }),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMs,
  });
  reader.setMetricProducer(producerOf(metrics, resource));
  return () => reader.shutdown();
}

/** Our counts as the SDK's exporters take them: cumulative since the start of the process. */
function producerOf(metrics: Metrics, attributes: Resource): MetricProducer {
  const resource = resourceFromAttributes(attributes);
  const startMs = Date.now();
  return {
    collect() {
      const data = metrics.collect().map((snapshot) => toMetricData(snapshot, startMs, Date.now()));
      return Promise.resolve({
        resourceMetrics: { resource, scopeMetrics: [{ scope: { name: "straightline" }, metrics: data }] },
        errors: [],
      });
    },
  };
}

function toMetricData({ definition, points }: MetricSnapshot, startMs: number, endMs: number): MetricData {
  const { name, description, unit } = definition;
  const common = {
    // 1 is ValueType.DOUBLE; the enum would load another module for one number.
    descriptor: { name, description, unit, valueType: 1 },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const pointsWith = <T>(read: (value: number | HistogramValue) => T) =>
    points.map((point) => ({
      startTime: hrTime(startMs),
      endTime: hrTime(endMs),
      attributes: attributesOf(definition, point),
      value: read(point.value),
    }));
  if (definition.type === "histogram") {
    return {
      ...common,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: pointsWith((value) => histogramOf(value, definition.bounds)),
    };
  }
  if (definition.type === "gauge") return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: pointsWith(Number) };
  return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: pointsWith(Number) };
}

function histogramOf(value: number | HistogramValue, bounds: readonly number[]) {
  const { count, sum, buckets } = value as HistogramValue;
  return { count, sum, buckets: { boundaries: [...bounds], counts: buckets } };
}

function hrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
