import { endWithReader, runTool } from "../../common/tool/index.js";
import { calibrateCommand } from "./command.js";

endWithReader(process);
await runTool(process, calibrateCommand);
