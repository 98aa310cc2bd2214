export { nodeNames, unknownParameters } from "./cross-check.js";
export { NEVER } from "./read.js";
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
