export { type LoadedScenario, loadScenario } from "./load.js";
export { type AveragedResult, average, type RunFigures, type RunResult } from "./result/index.js";
export { NEVER, readScenario, type Scenario } from "./scenario/index.js";
export { POLICY_NAMES, type SimulateOptions, simulate } from "./simulate.js";
export { SIMULATION_THREAD_LIMITS } from "./thread-limits.js";
