import { isMainThread, Worker } from "node:worker_threads";
import { causeChain, StraightLineError } from "../common/errors/index.js";
import { simulateCommand } from "./command.js";
import { SIMULATION_THREAD_LIMITS } from "./thread-limits.js";

// A thread of its own, as the heap of the main one cannot be sized from within.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), {
    argv: process.argv.slice(2),
    resourceLimits: SIMULATION_THREAD_LIMITS,
  });
  worker.on("exit", (code) => {
    process.exitCode = code;
  });
} else {
  run();
}

function run(): void {
  const command = simulateCommand(
    {
      out: (text) => process.stdout.write(`${text}\n`),
      note: (text) => process.stderr.write(`${text}\n`),
      clock: () => performance.now(),
    },
    process.env["STRAIGHTLINE_TRACES"] ?? "",
  );
  try {
    command.parse(process.argv);
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    process.stderr.write(`error: ${code}: ${message}\n`);
    if (code === "INTERNAL")
      process.stderr.write(`${causeChain(error).join(": ")}\n${error instanceof Error ? error.stack : ""}\n`);
    process.exitCode = 1;
  }
}
