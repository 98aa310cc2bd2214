import { isMainThread, Worker } from "node:worker_threads";
import { endWithReader, runTool } from "../common/tool/index.js";
import { simulateCommand } from "./command.js";
import { SIMULATION_THREAD_LIMITS } from "./thread-limits.js";

// A thread of its own, as the heap of the main one cannot be sized from within.
if (isMainThread) {
  endWithReader(process);
  const worker = new Worker(new URL(import.meta.url), {
    argv: process.argv.slice(2),
    resourceLimits: SIMULATION_THREAD_LIMITS,
  });
  worker.on("exit", (code) => {
    process.exitCode = code;
  });
} else {
  await runTool(process, (out) =>
    simulateCommand(
      { out, note: (text) => process.stderr.write(`${text}\n`), clock: () => performance.now() },
      process.env["STRAIGHTLINE_TRACES"] ?? "",
    ),
  );
}
