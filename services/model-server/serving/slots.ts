import { StraightLineError } from "../../common/errors/index.js";

/** A request's place in the server: first waiting, then running, then gone. */
export interface Ticket {
  /** Waits for a slot, first come first served. Rejects with the signal's reason when it aborts before a slot is free. */
  run(signal: AbortSignal): Promise<void>;
  /** Gives up the place or the slot. Safe to call more than once; every ticket must be released. */
  release(): void;
}

/** Bounds how many requests run at a time and how many wait. */
export interface Slots {
  /** Takes a place. Throws OVERLOADED when all slots and all places to wait are taken, DRAINING after `drain`. */
  admit(): Ticket;
  /** Refuses new requests; resolves when the admitted ones are gone. */
  drain(): Promise<void>;
  readonly draining: boolean;
  readonly runningCount: number;
  readonly waitingCount: number;
}

/** Sizes of the bounds. */
export interface SlotOptions {
  /** Requests that run at the same time. */
  readonly concurrency: number;
  /** Requests that may wait beyond those. */
  readonly queueLimit: number;
}

/** Details of an error that came before the work began: the request may be sent elsewhere. */
export const NOT_EXECUTED = { metadata: { executed: "false" } } as const;

/** Creates slots. A request that still uploads its body counts as waiting, so the bodies held in memory are bounded too. */
export function createSlots({ concurrency, queueLimit }: SlotOptions): Slots {
  const lane = createLane(concurrency);
  let admittedCount = 0;
  let onDrained: (() => void) | undefined;
  const leave = (): void => {
    admittedCount -= 1;
    if (admittedCount === 0) onDrained?.();
  };
  return {
    admit() {
      if (onDrained !== undefined) throw refusal("DRAINING", "the server is stopping; send the request elsewhere");
      if (admittedCount >= concurrency + queueLimit) {
        throw refusal(
          "OVERLOADED",
          `all ${concurrency} slots and ${queueLimit} places to wait are taken; try again later or elsewhere`,
        );
      }
      admittedCount += 1;
      return createTicket(lane, leave);
    },
    drain: () =>
      new Promise((resolve) => {
        onDrained = resolve;
        if (admittedCount === 0) resolve();
      }),
    get draining() {
      return onDrained !== undefined;
    },
    get runningCount() {
      return lane.runningCount();
    },
    get waitingCount() {
      return admittedCount - lane.runningCount();
    },
  };
}

function refusal(code: "DRAINING" | "OVERLOADED", message: string): StraightLineError {
  return new StraightLineError(code, message, { details: NOT_EXECUTED });
}

function createTicket(lane: Lane, leave: () => void): Ticket {
  let hasSlot = false;
  let released = false;
  return {
    async run(signal) {
      await lane.enter(signal);
      hasSlot = true;
    },
    release() {
      if (released) return;
      released = true;
      if (hasSlot) lane.exit();
      leave();
    },
  };
}

/** Lets a number of holders in at a time, the others in the order in which they came. */
interface Lane {
  enter(signal: AbortSignal): Promise<void>;
  exit(): void;
  runningCount(): number;
}

function createLane(concurrency: number): Lane {
  const queue: (() => void)[] = [];
  let running = 0;
  const startNext = (): void => {
    if (running >= concurrency) return;
    const start = queue.shift();
    if (start === undefined) return;
    running += 1;
    start();
  };
  return {
    enter: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const onAbort = (): void => {
          queue.splice(queue.indexOf(start), 1);
          reject(signal.reason);
        };
        const start = (): void => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        };
        signal.addEventListener("abort", onAbort, { once: true });
        queue.push(start);
        startNext();
      }),
    exit() {
      running -= 1;
      startNext();
    },
    runningCount: () => running,
  };
}
