export { createDuplicateGuard } from "./duplicate-guard.js";
export { createSnapshotPublisher, type SnapshotPublisher } from "./publisher.js";
export { type AgentIdentity, buildSnapshot, instanceTelemetry, materialKey } from "./snapshot.js";
