import type { Metrics } from "../../services/common/observe/index.js";

/** Series of a metric: label values joined by "/", and the value, or a histogram's count and sum. */
export function series(
  metrics: Metrics,
  { name }: { readonly name: string },
): Record<string, number | readonly [number, number]> {
  const points = metrics.collect().find(({ definition }) => definition.name === name)?.points ?? [];
  return Object.fromEntries(
    points.map(({ labels, value }) => [
      labels?.join("/") ?? "overflow",
      typeof value === "number" ? value : ([value.count, value.sum] as const),
    ]),
  );
}
