import { placementSchema } from "../placement/index.js";
import type { PlacementSettings } from "./client/index.js";

/** What placement runs with when nothing is configured; no setting of the simulator's own can drift from it. */
export function placementDefaults(): PlacementSettings & { readonly parameters: Readonly<Record<string, number>> } {
  const { placement } = placementSchema;
  return {
    suspectTicks: defaultOf(placement, "suspectTicks"),
    lostTicks: defaultOf(placement, "lostTicks"),
    leaseGraceMs: defaultOf(placement, "leaseGraceMs"),
    frequencyWindowMs: defaultOf(placement, "frequencyWindowMs"),
    waitLimit: defaultOf(placement, "waitLimit"),
    parameters: { F: defaultOf(placement, "frequencyThreshold"), D: defaultOf(placement, "sizeThresholdBytes") },
  };
}

function defaultOf(schema: object, key: string): number {
  const { default: value } = (schema as Readonly<Record<string, { readonly default?: unknown }>>)[key] ?? {};
  if (typeof value !== "number") throw new Error(`placement has no default number ${key}`);
  return value;
}
