import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StraightLineError } from "../../common/errors/index.js";
import { type DaemonName, daemonEntry } from "../daemons.js";

/** A child may take this long to drain, milliseconds; then it is killed. Longer than any part's own stop time, the gateway's 30 s. */
const STOP_TIMEOUT_MS = 35_000;

/** The processes that `up` has started. */
export interface Supervisor {
  /** Starts a process of the mesh in a group of its own, so that a Ctrl-C reaches `up` alone, which stops them in order. */
  start(daemon: DaemonName, args: readonly string[]): void;
  /** Rejects when a process ends that should not. */
  readonly failed: Promise<never>;
  /** Ends all of them, the last started first. */
  stop(): Promise<void>;
  /** Kills whatever is left, at once: the last resort when `up` itself ends. */
  killAll(): void;
}

interface Child {
  readonly name: DaemonName;
  readonly process: ChildProcess;
  readonly logFile: string;
}

/** Supervises processes whose output goes to files in `logDirectory`. */
export function createSupervisor(logDirectory: string, environment: NodeJS.ProcessEnv): Supervisor {
  const children: Child[] = [];
  let stopping = false;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  // Whoever awaits it sees the rejection; nobody may be awaiting yet.
  failed.catch(() => undefined);
  return {
    failed,
    start(name, args) {
      const logFile = join(logDirectory, `${name}.log`);
      const output = openSync(logFile, "a");
      const process_ = spawn(process.execPath, ["--enable-source-maps", daemonEntry(name), ...args], {
        detached: true,
        stdio: ["ignore", output, output],
        env: environment,
      });
      closeSync(output);
      process_.once("exit", (code, signal) => {
        if (!stopping) fail(exitError(name, code ?? signal, logFile));
      });
      children.push({ name, process: process_, logFile });
    },
    async stop() {
      stopping = true;
      for (const child of [...children].reverse()) await stopChild(child);
    },
    killAll() {
      for (const child of children) if (isAlive(child)) killGroup(child, "SIGKILL");
    },
  };
}

function isAlive({ process }: Child): boolean {
  return process.pid !== undefined && process.exitCode === null && process.signalCode === null;
}

function stopChild(child: Child): Promise<void> {
  if (!isAlive(child)) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => killGroup(child, "SIGKILL"), STOP_TIMEOUT_MS);
    child.process.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.process.kill("SIGTERM");
  });
}

function killGroup({ process: child }: Child, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group has ended meanwhile.
  }
}

function exitError(name: string, how: number | string | null, logFile: string): StraightLineError {
  return new StraightLineError(
    "START_FAILED",
    `${name} ended by itself (${how}): ${typeof how === "string" ? "killed from outside" : lastFault(logFile)}`,
  );
}

/** The message of the last error line of a JSON log, or the last line as it is. */
function lastFault(logFile: string): string {
  const lines = readFileSync(logFile, "utf8").trim().split("\n").slice(-50).reverse();
  for (const line of lines) {
    try {
      const entry = JSON.parse(line) as { level?: number; msg?: string; chain?: string[] };
      if ((entry.level ?? 0) >= 50) return [...new Set([entry.msg, ...(entry.chain ?? [])])].join(": ");
    } catch {
      // Not every line is JSON: a crash of the runtime is plain text.
    }
  }
  return lines[0] ?? "no output";
}
