export { DEFAULT_IDLE_MS, desiredReplicas, desiredWarmWorkers, followsLoad } from "./capacity.js";
export { createDesiredState, type DesiredState, unknownApplication } from "./desired-state.js";
export { differences } from "./differences.js";
export { phaseOf } from "./phase.js";
export { DEFAULT_MAX_FAILED_STARTS, DEFAULT_READY_TIMEOUT_MS } from "./rollout-defaults.js";
export { type ChangeContext, completed, deployed, failed, rolledBack, scaled } from "./transitions.js";
