export { endWithReader } from "./end-with-reader.js";
export { runTool, type ToolCommand } from "./run-tool.js";
