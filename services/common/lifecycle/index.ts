export {
  type LifecycleOptions,
  type LifecycleState,
  type ProcessLike,
  runLifecycle,
  type StopStep,
  withTimeout,
} from "./lifecycle.js";
