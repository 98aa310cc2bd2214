export { type Agent, type AgentOptions, createAgent } from "./agent.js";
export { unpackBundle } from "./bundles/index.js";
export { type AgentConfig, agentSchema, type OnStop } from "./config.js";
export {
  type CapacitySource,
  type ChangeSource,
  type Driver,
  type DriverCapabilities,
  type DriverInstance,
  type FunctionSource,
  type FunctionStats,
  type InstanceInspection,
  type InstanceLimits,
  type InstanceUsage,
  isCapacitySource,
  isChangeSource,
  isFunctionSource,
  isLogSource,
  isStatsSource,
  type LimitMechanism,
  type LogSource,
  type ResolvedArtifact,
  type StartRequest,
  type StatsSource,
} from "./driver.js";
export { createFakeDriver, createFakeWorld, type FakeDriver, type FakeKnobs } from "./fake-driver.js";
export { createRecentSketch, type RecentSketch } from "./recent-sketch.js";
export { type DriverParts, runAgent } from "./run-agent.js";
