export { desiredReplicas, desiredWarmWorkers, followsLoad } from "./capacity.js";
export { createDesiredState, type DesiredState, unknownApplication } from "./desired-state.js";
export { DEFAULT_MAX_FAILED_STARTS, DEFAULT_READY_TIMEOUT_MS } from "./rollout-defaults.js";
export { differences } from "./template.js";
export { completed, deployed, failed, phaseOf, rolledBack, scaled } from "./transitions.js";
