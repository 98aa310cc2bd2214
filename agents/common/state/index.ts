export { type DirectoryLock, lockDirectory } from "./lock-file.js";
export { type AgentState, openStateFile, type StateFile } from "./state-file.js";
