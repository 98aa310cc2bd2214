import { execFile } from "node:child_process";

/** What a command on a host has come to. */
export interface Outcome {
  readonly code: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** A machine of its own to install on. */
export interface TestHost extends AsyncDisposable {
  /** Where it sees this machine's loopback. */
  readonly gateway: string;
  /** Runs a shell command as root. */
  run(command: string): Promise<Outcome>;
  /** Takes it down without a word and starts it again. */
  cutPower(): Promise<void>;
}

const LONGEST_COMMAND_MS = 600_000;

/** Runs a program on this machine for a host. */
export function runProgram(program: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: LONGEST_COMMAND_MS, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

/** The output of a command that must succeed. */
export async function mustRun(host: Pick<TestHost, "run">, command: string): Promise<string> {
  const { code, output } = await host.run(command);
  if (code !== 0) throw new Error(`${command}: exit ${code}: ${output}`);
  return output.trim();
}
