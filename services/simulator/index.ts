export { type LoadedScenario, loadScenario } from "./load.js";
export { type AveragedResult, average, type RunFigures, type RunResult } from "./result/index.js";
export { readScenario, type Scenario } from "./scenario/index.js";
export { POLICY_NAMES, SIMULATION_THREAD_LIMITS, type SimulateOptions, simulate } from "./simulate.js";
