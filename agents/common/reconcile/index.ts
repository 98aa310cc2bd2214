export { type AssignmentFailure, retryDelayMs } from "./failures.js";
export { createReconciler, type Reconciler } from "./reconciler.js";
