import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Implementation__Output } from "../../../proto/gen/straightline/v1/Implementation.js";
import type { ScaledForm__Output } from "../../../proto/gen/straightline/v1/ScaledForm.js";
import { phaseOf } from "./phase.js";

/** Capacity that was not needed for this long is given up, unless an application says otherwise. */
export const DEFAULT_IDLE_MS = 60_000;

/** Whether warm capacity of a form follows the load: instances where that is asked for, workers of functions always. */
export function followsLoad({ kind, autoscale }: Implementation__Output): boolean {
  return autoscale !== null || kind === "NODE_KIND_SERVERLESS";
}

/** Of what has been chosen, that which holds for another spec too: the load does not change with what answers it. */
export function stillChosen(
  { scaled }: Pick<ApplicationRecord__Output, "scaled">,
  { implementations }: Application__Output,
): ScaledForm__Output[] {
  return scaled.filter(({ kind }) => implementations.some((form) => form.kind === kind && followsLoad(form)));
}

/** Instances that a form is to have now. */
export function desiredReplicas({ scaled }: Pick<ApplicationRecord__Output, "scaled">, form: Implementation__Output): number {
  if (form.autoscale === null) return form.replicas;
  const { min, max } = form.autoscale;
  const chosen = scaled.find(({ kind }) => kind === form.kind)?.replicas ?? form.replicas;
  return Math.min(max, Math.max(min, chosen));
}

/**
 * Workers that each function of a form is to keep warm now; 0 for another form. One at least while a revision has not been ready yet: a function
 * without a worker shows nothing of what is wrong with it.
 */
export function desiredWarmWorkers(record: ApplicationRecord__Output, form: Implementation__Output): number {
  if (form.kind !== "NODE_KIND_SERVERLESS") return 0;
  const total = record.scaled.find(({ kind }) => kind === form.kind)?.warmWorkers ?? 0;
  const phase = phaseOf(record);
  const least = phase === "ROLLOUT_PHASE_PROGRESSING" || phase === "ROLLOUT_PHASE_FAILED" ? 1 : 0;
  return Math.min(form.concurrency, Math.max(least, Math.ceil(total / Math.max(1, form.replicas))));
}
