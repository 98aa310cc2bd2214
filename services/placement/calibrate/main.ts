import { runTool } from "../run-tool.js";
import { calibrateCommand } from "./command.js";

await runTool(process, calibrateCommand);
