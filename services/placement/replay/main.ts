import { endWithReader, runTool } from "../../common/tool/index.js";
import { replayCommand } from "./command.js";

endWithReader(process);
await runTool(process, replayCommand);
