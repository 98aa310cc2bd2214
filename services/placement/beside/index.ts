export { type Backlog, type BacklogOptions, createBacklog } from "./backlog.js";
export type { DecisionListener, MadeDecision, ReportedOutcome } from "./decision-listener.js";
