import type { NodeState } from "../state/index.js";

/** The restart of a bus is shorter. */
const TOLD_AFTER_MS = 3000;

/** For how long no node has been heard, milliseconds; 0 where one is, and where none is known or all are lost. */
export function fleetSilentMs(nodes: readonly NodeState[]): number {
  const living = nodes.filter(({ health, telemetry }) => health !== "lost" && telemetry !== undefined);
  if (living.length === 0 || living.some(({ health }) => health !== "suspect")) return 0;
  const youngestMs = Math.round(Math.min(...living.map(({ ageMs }) => ageMs)));
  return youngestMs < TOLD_AFTER_MS ? 0 : youngestMs;
}
