import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { StraightLineError } from "../../common/errors/index.js";
import { createTail } from "./tail.js";

/** A server that runs as our child. */
export interface ServerChild {
  readonly pid: number;
  /** Its last lines of output. */
  lastLines(): string;
  /** False once it has ended. */
  isRunning(): boolean;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** SIGTERM, then SIGKILL to its whole group after `graceMs`; resolves when it has ended. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a server in a process group of its own: Ctrl-C in a terminal goes to every process of the foreground group, and the server has to
 * outlive those that use it. Throws START_FAILED when it cannot be started.
 */
export async function startServerChild(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<ServerChild> {
  const [program = "", ...args] = argv;
  const tail = createTail();
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  child.stdout.on("data", tail.push);
  child.stderr.on("data", tail.push);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await started(child, program);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid as number,
    lastLines: tail.text,
    isRunning,
    ended,
    async stop(graceMs) {
      if (!isRunning()) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => killGroup(child), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function started(child: ChildProcess, program: string): Promise<void> {
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new StraightLineError("START_FAILED", `${program} could not be started`, { cause: error });
  }
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid as number), "SIGKILL");
  } catch {
    // It ended in the same moment.
  }
}

/** How waitUntilReady goes on. */
export interface ReadyOptions {
  readonly child: ServerChild;
  readonly name: string;
  readonly isReady: () => Promise<boolean>;
  readonly timeoutMs: number;
}

const POLL_MS = 50;
const FAILED_START_GRACE_MS = 5000;

/** Waits until a child answers. When it ends first, or does not answer in time, it is stopped and START_FAILED tells its last lines. */
export async function waitUntilReady({ child, name, isReady, timeoutMs }: ReadyOptions): Promise<void> {
  const polls = Math.ceil(timeoutMs / POLL_MS);
  for (let poll = 0; poll < polls && child.isRunning(); poll++) {
    if (await isReady()) return;
    await Promise.race([child.ended, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
  }
  const how = child.isRunning() ? `did not answer within ${timeoutMs / 1000} s` : "ended at once";
  await child.stop(FAILED_START_GRACE_MS);
  throw new StraightLineError("START_FAILED", `${name} ${how}; its last lines:\n${child.lastLines()}`);
}
