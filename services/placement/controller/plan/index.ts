export { misfit } from "./filter.js";
export { actionsOf, plan } from "./plan.js";
export type { FormPlan, Plan, PlanAction, PlanApplication, PlanAssignment, PlanNode, PlanStage } from "./types.js";
