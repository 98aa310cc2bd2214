export { nodeNames } from "./cross-check.js";
export { readScenario } from "./read-scenario.js";
export type {
  ApplicationScenario,
  ArrivalPattern,
  Fault,
  Form,
  InstanceDefaults,
  Interference,
  LocalityPattern,
  NodeGroup,
  Price,
  Scenario,
  TracePattern,
  Window,
  Workload,
} from "./types.js";
