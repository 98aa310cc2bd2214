import { causeChain, StraightLineError } from "../common/errors/index.js";
import { simulateCommand } from "./command.js";

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
