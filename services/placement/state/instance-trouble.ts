import type { InstanceTelemetry } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";

/** Why an instance is not ready, in one sentence; undefined: it is, or was until it was stopped, or nothing is known yet. Failures before that are past. */
export function instanceTrouble({ state, lastError, httpEndpoint }: InstanceTelemetry, readyPath: string): string | undefined {
  if (state === "INSTANCE_STATE_READY" || state === "INSTANCE_STATE_STOPPING") return undefined;
  if (lastError) return lastError;
  if (state !== "INSTANCE_STATE_STARTING" || !httpEndpoint) return undefined;
  // Any answer but 2xx is told as the last error. An application that names no path leaves it to its bundle, which only the agent has read.
  return `it runs; nothing answers GET ${readyPath || "of its ready path"} yet`;
}
