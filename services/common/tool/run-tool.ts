import { type Command, CommanderError } from "commander";
import { causeChain, StraightLineError } from "../errors/index.js";

/** The part of `process` that a tool needs. */
export interface ToolProcess {
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  exitCode?: number | string | null | undefined;
}

/** A tool's command; `done` is given its exit code. */
export type ToolCommand = (out: (text: string) => void, done: (exitCode: number) => void) => Command;

/** Runs a command that ends by itself: wrong arguments end with 2, anything else that it throws with 1. */
export async function runTool(process: ToolProcess, create: ToolCommand): Promise<void> {
  const command = create(
    (text) => process.stdout.write(`${text}\n`),
    (exitCode) => {
      process.exitCode = exitCode;
    },
  ).exitOverride();
  try {
    await command.parseAsync([...process.argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said why.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const { code, message } = StraightLineError.from(error);
    process.stderr.write(`error: ${code}: ${message}\n`);
    if (code === "INTERNAL") process.stderr.write(`${causeChain(error).join(": ")}\n`);
    process.exitCode = 1;
  }
}
