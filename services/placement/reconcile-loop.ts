import { causeChain } from "../common/errors/index.js";
import type { Logger } from "../common/observe/index.js";
import type { Schedule } from "./state/index.js";

/** Repeats a round of work, sooner when it is told that something has changed. */
export interface ReconcileLoop {
  /** Something has changed: the next round comes a moment later. */
  poke(): void;
  /** Ends when the round under way has. */
  stop(): Promise<void>;
}

/** What a loop is made of. */
export interface ReconcileLoopOptions {
  /** For the log. */
  readonly what: string;
  readonly round: () => Promise<void>;
  /** Changes come in groups; a short wait makes one round of them. */
  readonly settleMs: number;
  /** Even when nothing is told a round comes this often: a missed event costs this long at most. */
  readonly periodMs: number;
  readonly schedule: Schedule;
  readonly log: Logger;
}

/** Starts the loop. A round that fails (NATS away, another writer) is repeated by the next. */
export function startReconcileLoop({ what, round, settleMs, periodMs, schedule, log }: ReconcileLoopOptions): ReconcileLoop {
  let stopped = false;
  let underWay: Promise<void> | undefined;
  let cancel: () => void = () => undefined;
  let pokedDuringRound = false;
  const arm = (delayMs: number): void => {
    cancel();
    if (!stopped) cancel = schedule(delayMs, run);
  };
  const run = (): void => {
    pokedDuringRound = false;
    underWay = round()
      .catch((error: unknown) => log.warn({ chain: causeChain(error) }, `reconciling ${what} failed; it will be tried again`))
      .finally(() => {
        underWay = undefined;
        arm(pokedDuringRound ? settleMs : periodMs);
      });
  };
  arm(settleMs);
  return {
    poke() {
      if (underWay !== undefined) pokedDuringRound = true;
      else arm(settleMs);
    },
    async stop() {
      stopped = true;
      cancel();
      await underWay;
    },
  };
}
