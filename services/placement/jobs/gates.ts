import type { Gate__Output } from "../../../proto/gen/straightline/v1/Gate.js";

/** Why a stage does not pass its gates, one sentence that names every metric at fault; undefined: it passes. */
export function gateFault(gates: readonly Gate__Output[], metrics: Readonly<Record<string, number>>): string | undefined {
  const faults = gates.flatMap((gate) => faultOf(gate, metrics[gate.metric]));
  return faults.length === 0 ? undefined : `gate not passed: ${faults.join("; ")}`;
}

function faultOf({ metric, min, max }: Gate__Output, value: number | undefined): string[] {
  if (value === undefined) return [`${metric} was not written to $STRAIGHTLINE_METRICS`];
  if (min !== undefined && value < min) return [`${metric} is ${value}, must be at least ${min}`];
  if (max !== undefined && value > max) return [`${metric} is ${value}, must be at most ${max}`];
  return [];
}
