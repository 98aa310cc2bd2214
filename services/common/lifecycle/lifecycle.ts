import { causeChain, StraightLineError } from "../errors/index.js";
import type { Logger } from "../observe/index.js";

/**
 * - `starting`: from creation until the start function has resolved.
 * - `running`: takes work.
 * - `draining`: a stop was asked for; nothing new is taken, what is held is finished.
 * - `stopped`: every stop step has run.
 * - `failed`: the start function threw, or draining ran past its time.
 */
export type LifecycleState = "starting" | "running" | "draining" | "stopped" | "failed";

/** A step of stopping, in the order in which they are run. */
export interface StopStep {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/** The part of `process` that a lifecycle needs; a test passes its own. */
export interface ProcessLike {
  on(event: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  exit(code: number): void;
}

/** What a process is made of. */
export interface LifecycleOptions {
  readonly process: ProcessLike;
  readonly log: Logger;
  /** All stop steps together may take this long, milliseconds. */
  readonly stopTimeoutMs: number;
  /**
   * Builds and starts everything; gives the stop steps in the order: refuse new work, finish what is held, leave the bus, flush telemetry.
   */
  readonly start: () => Promise<readonly StopStep[]>;
}

/** A launcher such as npm passes on a Ctrl-C that the terminal has sent already: the same wish twice within this time is one wish. */
const REPEATED_SIGNAL_MS = 1000;

/**
 * Runs a process until SIGTERM or SIGINT, then drains it. Exits 0 after a clean drain, 1 when the start failed or draining ran out
 * of time; another signal a second or more after the first exits at once.
 */
export async function runLifecycle({ process, log, stopTimeoutMs, start }: LifecycleOptions): Promise<void> {
  const enter = (state: Exclude<LifecycleState, "failed">): void => log.info(state);
  enter("starting");
  try {
    const stopRequested = whenStopRequested(process);
    const starting = start();
    const started = await Promise.race([starting.then(() => true), stopRequested.then(() => false)]);
    if (started) enter("running");
    await stopRequested;
    enter("draining");
    // A stop during the start waits for it, so that what it has opened is closed in order.
    const steps = await withTimeout(starting, stopTimeoutMs, "the start that a stop waits for");
    await withTimeout(runSteps(steps, log), stopTimeoutMs, "draining");
    enter("stopped");
    process.exit(0);
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    log.fatal({ code, chain: causeChain(error) }, message);
    process.exit(1);
  }
}

/** Resolves at the first signal; a later one that is no repetition ends the process. */
function whenStopRequested(process: ProcessLike): Promise<void> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const onSignal = (): void => {
      firstAtMs ??= performance.now();
      if (performance.now() - firstAtMs > REPEATED_SIGNAL_MS) process.exit(1);
      resolve();
    };
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, onSignal);
  });
}

async function runSteps(steps: readonly StopStep[], log: Logger): Promise<void> {
  for (const step of steps) {
    try {
      await step.run();
    } catch (error) {
      // A step that fails must not keep the later ones from running.
      log.error({ step: step.name, chain: causeChain(error) }, "stop step failed");
    }
  }
}

/** Rejects with DEADLINE_EXCEEDED when `work` has not settled after `timeoutMs`; the work itself goes on. */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StraightLineError("DEADLINE_EXCEEDED", `${what} took longer than ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
