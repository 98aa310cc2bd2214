export { type DeploymentServiceParts, deploymentService } from "./deployment-service.js";
export { type FleetServiceParts, fleetService } from "./fleet-service.js";
export { type JobServiceParts, jobService } from "./job-service.js";
export type { SignLease } from "./lease-token.js";
export { createPlacementMetrics, type PlacementMetrics } from "./placement-metrics.js";
export type { PlacementRecord } from "./placement-record.js";
export { type PlacementServiceParts, placementService } from "./placement-service.js";
export { createPlacer, type Placer, type PlacerConfig, type PlacerParts } from "./placer.js";
