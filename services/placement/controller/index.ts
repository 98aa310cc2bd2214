export { startAutoscaling } from "./autoscale/start.js";
export { startController } from "./controller.js";
export { holdLease, type Lease } from "./lease.js";
export { type FormPlan, misfit } from "./plan/index.js";
export { type PlanSources, planAll, planFor } from "./plan-for.js";
