export { buildWorld, type World } from "./build.js";
export { armFaults } from "./faults.js";
export { startTelemetry, type TelemetryBus } from "./telemetry.js";
export type { SimInstance, SimNode, Task } from "./types.js";
