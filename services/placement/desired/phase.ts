import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { RolloutPhase } from "../../../proto/gen/straightline/v1/RolloutPhase.js";

/** The stage of a record's rollout; one from before rollouts were kept is taken for progressing, and judged anew. */
export function phaseOf({ rollout }: ApplicationRecord__Output): RolloutPhase {
  return rollout === null || rollout.phase === "ROLLOUT_PHASE_UNSPECIFIED" ? "ROLLOUT_PHASE_PROGRESSING" : rollout.phase;
}
