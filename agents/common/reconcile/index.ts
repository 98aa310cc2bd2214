export type { AssignmentFailure } from "./failures.js";
export { createReconciler, type Reconciler } from "./reconciler.js";
