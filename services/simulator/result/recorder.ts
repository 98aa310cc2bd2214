import type { Ending, SimRequest } from "../client/index.js";
import type { Prices } from "../money/index.js";
import type { OfferedRequest } from "../workload/index.js";
import type { World } from "../world/index.js";
import type { RunFigures } from "./result.js";
import { createTally } from "./tally.js";
import { createUncontended } from "./uncontended.js";

/** Watches requests come and end. */
export interface Recorder {
  offered(request: OfferedRequest, timeoutMs: number, nowMs: number): void;
  /** No more will come. */
  allOffered(): void;
  ended(request: SimRequest, ending: Ending): void;
  /** All have come, and all have ended. */
  isDone(): boolean;
  /** When the last one came. */
  lastOfferedMs(): number;
  figures(bill: { readonly cost: number; readonly coldStarts: number }): RunFigures;
}

/** A recorder that has seen nothing. */
export function createRecorder(world: World, prices: Prices): Recorder {
  const tally = createTally();
  const uncontended = createUncontended(world, prices);
  let open = 0;
  let isComplete = false;
  let lastMs = 0;
  return {
    offered(request, timeoutMs, nowMs) {
      open += 1;
      lastMs = nowMs;
      tally.addUncontended(Math.min(timeoutMs, uncontended(request)));
    },
    allOffered: () => {
      isComplete = true;
    },
    ended({ application, kind }, ending) {
      open -= 1;
      const { timeoutMs, objectiveMs } = application.scenario;
      const isAnswered = ending.type === "answered";
      tally.add({
        objectiveMs,
        kind,
        // Failing early must gain nothing.
        responseMs: isAnswered ? ending.responseMs : timeoutMs,
        failure: isAnswered ? undefined : ending.why,
        isOverCap: isAnswered && prices.breaksCap(priceOf(ending)),
      });
    },
    isDone: () => isComplete && open === 0,
    lastOfferedMs: () => lastMs,
    figures: tally.figures,
  };

  function priceOf({ instance, serviceMs }: Extract<Ending, { type: "answered" }>): number {
    return prices.ofRequest(instance.node.group.price, serviceMs, instance.settings.form.memoryBytes);
  }
}
