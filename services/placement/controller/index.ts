export { startAutoscaling } from "./autoscale/start.js";
export { startController } from "./controller.js";
export { holdLease, type Lease } from "./lease.js";
export { type PlanSources, planFor } from "./plan-for.js";
