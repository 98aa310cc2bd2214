export { decide } from "./decide.js";
export { compareIds, draw, drawCandidate, drawOf, hashInstance } from "./draw.js";
export { forecast, occupancy } from "./forecast.js";
export { formatBytes, formatRate, kindName } from "./format.js";
export { compareCandidates, isSuspect } from "./order.js";
export { REFUSAL } from "./refusals.js";
export { MAX_TRACED_CANDIDATES } from "./trace.js";
export type {
  Candidate,
  CandidateTrace,
  Choice,
  ChoiceContext,
  Constraints,
  Decision,
  Evaluation,
  FleetSnapshot,
  Forecast,
  ImplementationView,
  InstanceModel,
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
export { UNKNOWN_INSTANCE } from "./unknown-instance.js";
