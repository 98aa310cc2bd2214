export { decide, MAX_TRACED_CANDIDATES } from "./decide.js";
export { formatBytes, formatRate, kindName } from "./format.js";
export { REFUSAL } from "./refusals.js";
export type {
  Candidate,
  CandidateTrace,
  Choice,
  ChoiceContext,
  Constraints,
  Decision,
  Evaluation,
  FleetSnapshot,
  ImplementationView,
  InstanceState,
  InstanceView,
  NodeHealth,
  NodeKind,
  NodeScheduling,
  NodeView,
  PlacementInput,
  PlacementPolicy,
  PredictedTime,
  Refusal,
  RequestView,
  Score,
  Trace,
} from "./types.js";
