export { type DaemonOptions, type DaemonParts, type DaemonProcess, runDaemon } from "./daemon.js";
export {
  type LifecycleOptions,
  type LifecycleState,
  type ProcessLike,
  type StopStep,
  withTimeout,
} from "./lifecycle.js";
