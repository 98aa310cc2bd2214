export { actionsOf, plan } from "./plan.js";
export type { FormPlan, Plan, PlanAction, PlanApplication, PlanAssignment, PlanNode, PlanResources, PlanStage } from "./types.js";
