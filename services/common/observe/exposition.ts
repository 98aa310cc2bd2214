import type { HistogramValue, MetricDefinition, Point } from "./instruments.js";
import type { MetricSnapshot } from "./metrics.js";
import type { Resource } from "./resource.js";

/** Content type of what `exposition` writes. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const UNIT_SUFFIX: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes", "{request}/s": "_per_second" };

/**
 * The name that a metric has in Prometheus, by OpenTelemetry's rules, so that it is the same whether it is scraped or sent by OTLP: dots become
 * underscores, the unit and `_total` are added; of a unit in braces only what it is per.
 */
export function prometheusName({ name, unit, type }: Pick<MetricDefinition, "name" | "unit" | "type">): string {
  const suffix = type === "gauge" && unit === "1" ? "_ratio" : (UNIT_SUFFIX[unit] ?? "");
  return `${plain(name)}${suffix}${type === "counter" ? "_total" : ""}`;
}

/** Metrics in the text format that Prometheus scrapes. `resource` names the process. */
export function exposition(metrics: readonly MetricSnapshot[], resource: Resource): string {
  const target = ["# HELP target_info Target metadata", "# TYPE target_info gauge", `target_info${braced(pairs(resource))} 1`];
  return `${[...target, ...metrics.flatMap(linesOf)].join("\n")}\n`;
}

function linesOf({ definition, points }: MetricSnapshot): string[] {
  if (points.length === 0) return [];
  const name = prometheusName(definition);
  const head = [`# HELP ${name} ${definition.description.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`];
  return [...head, `# TYPE ${name} ${definition.type}`, ...points.flatMap((point) => pointLines(name, definition, point))];
}

function pointLines(name: string, definition: MetricDefinition, point: Point): string[] {
  const labels = pairs(attributesOf(definition, point));
  if (typeof point.value === "number") return [`${name}${braced(labels)} ${point.value}`];
  return histogramLines(name, labels, point.value, definition.type === "histogram" ? definition.bounds : []);
}

function histogramLines(name: string, labels: readonly string[], value: HistogramValue, bounds: readonly number[]): string[] {
  let below = 0;
  const buckets = value.buckets.map((count, at) => {
    below += count;
    return `${name}_bucket${braced([...labels, `le="${bounds[at] ?? "+Inf"}"`])} ${below}`;
  });
  return [...buckets, `${name}_sum${braced(labels)} ${value.sum}`, `${name}_count${braced(labels)} ${value.count}`];
}

/** A point's attributes by name; those that have no value are left out. */
export function attributesOf({ labels }: MetricDefinition, point: Point): Record<string, string> {
  const values = point.labels;
  if (values === undefined) return { "otel.metric.overflow": "true" };
  return Object.fromEntries(labels.map((label, at) => [label, values[at] ?? ""]).filter(([, value]) => value !== ""));
}

function pairs(attributes: Readonly<Record<string, string>>): string[] {
  return Object.entries(attributes).map(([name, value]) => `${plain(name)}="${escaped(value)}"`);
}

function braced(labels: readonly string[]): string {
  return labels.length === 0 ? "" : `{${labels.join(",")}}`;
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_]+/g, "_");
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
