export { type DirectoryLock, lockDirectory } from "./lock-file.js";
export { type AgentState, openStateFile, type StateFile } from "./state-file.js";
export { type AgentStatus, createStatusFile, type StatusFile } from "./status-file.js";
