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
  once(event: "SIGTERM" | "SIGINT", listener: () => void): unknown;
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

/**
 * Runs a process until SIGTERM or SIGINT, then drains it. Exits 0 after a clean drain, 1 when the start failed or draining ran out
 * of time; a second signal exits at once.
 */
export async function runLifecycle({ process, log, stopTimeoutMs, start }: LifecycleOptions): Promise<void> {
  let state: LifecycleState = "starting";
  const stopRequested = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (state === "draining") process.exit(1);
      resolve();
    };
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      // The second signal must be seen too, so each listener installs the next.
      process.once(signal, () => {
        process.once(signal, onSignal);
        onSignal();
      });
    }
  });
  try {
    const steps = await start();
    state = "running";
    log.info("running");
    await stopRequested;
    state = "draining";
    log.info("draining");
    await withTimeout(runSteps(steps, log), stopTimeoutMs, "draining");
    state = "stopped";
    log.info("stopped");
    process.exit(0);
  } catch (error) {
    state = "failed";
    const { code, message } = StraightLineError.from(error);
    log.fatal({ code, chain: causeChain(error) }, message);
    process.exit(1);
  }
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
