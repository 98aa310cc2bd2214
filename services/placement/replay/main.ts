import { runTool } from "../run-tool.js";
import { replayCommand } from "./command.js";

await runTool(process, replayCommand);
