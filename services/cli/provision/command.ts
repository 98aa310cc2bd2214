import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createTail } from "./tail.js";

/** A program to run without a shell. */
export interface Command {
  readonly argv: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** After this many milliseconds the command and its children are killed. */
  readonly timeoutMs: number;
}

/** How a command ended. */
export type CommandOutcome =
  | { readonly type: "exited"; readonly exitCode: number; readonly tail: string }
  | { readonly type: "timedOut"; readonly tail: string }
  | { readonly type: "notStarted"; readonly tail: string };

/** Finds and runs programs; a test passes its own. */
export interface CommandRunner {
  /** Absolute path of a program on PATH or in the system's sbin folders, which a user's PATH often leaves out. */
  find(program: string): Promise<string | undefined>;
  /** Runs to the end; never rejects. */
  run(command: Command): Promise<CommandOutcome>;
}

const SBIN_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Runs programs of this machine with the given environment. */
export function createCommandRunner(env: NodeJS.ProcessEnv): CommandRunner {
  const folders = [...(env["PATH"] ?? "").split(delimiter), ...SBIN_FOLDERS].filter((folder) => folder !== "");
  return {
    find: (program) => findProgram(folders, program),
    run: (command) => runCommand(command, env),
  };
}

async function findProgram(folders: readonly string[], program: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, program);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** Whether a file can be run by this user. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function runCommand({ argv, env: added, timeoutMs }: Command, env: NodeJS.ProcessEnv): Promise<CommandOutcome> {
  const [program = "", ...args] = argv;
  const tail = createTail();
  // A group of its own, so that the time limit also reaches what a package manager has started.
  const child = spawn(program, args, { env: { ...env, ...added }, stdio: ["ignore", "pipe", "pipe"], detached: true });
  child.stdout.on("data", tail.push);
  child.stderr.on("data", tail.push);
  return new Promise((resolve) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, timeoutMs);
    const end = (outcome: CommandOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    child.once("error", (error) => end({ type: "notStarted", tail: error.message }));
    child.once("close", (exitCode) =>
      end(timedOut ? { type: "timedOut", tail: tail.text() } : { type: "exited", exitCode: exitCode ?? -1, tail: tail.text() }),
    );
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended in the same moment.
  }
}
