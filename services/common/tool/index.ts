export { endWithReader } from "./end-with-reader.js";
export { runTool } from "./run-tool.js";
