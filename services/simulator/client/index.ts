export { CLAIRVOYANT, clairvoyantDecide } from "./clairvoyant.js";
export { type Client, createClient } from "./client.js";
export { createPlacement, type Placement, type PlacementSettings } from "./placement.js";
export { remoteBytes, serviceMs } from "./request-work.js";
export { schedulerDecide } from "./scheduler-decide.js";
export type { Application, Decide, Ending, SimRequest } from "./types.js";
