export { createPlacementClient, type PlacementClientOptions, unused } from "./client.js";
export type { Outcome, OutcomeReport, Placement, PlacementClient, PlaceOptions, PlaceQuery } from "./types.js";
