export { isAvailable, type ManagedInstance, newInstance, recoveredInstance, rememberedWorkload } from "./managed.js";
export { observeInstance } from "./observe.js";
export { createInstanceProbe, type InstanceProbe, parseInstanceStats } from "./probe.js";
export { startInstance } from "./start.js";
export { waitUntilReady } from "./wait-ready.js";
