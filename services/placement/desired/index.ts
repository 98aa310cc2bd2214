export { createDesiredState, type DesiredState, unknownApplication } from "./desired-state.js";
export { differences } from "./template.js";
export { completed, deployed, desiredReplicas, failed, phaseOf, rolledBack, scaled } from "./transitions.js";
