export { loadPlacementConfig, type PlacementConfig, placementSchema } from "./config.js";
export { type PlacementOptions, type PlacementProcess, startPlacement } from "./placement.js";
