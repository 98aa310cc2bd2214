import { StraightLineError } from "../../common/errors/index.js";
import { createWaitQueue } from "../../placement/state/index.js";
import type { SimRequest } from "./types.js";

/** What came of one try to place a request: it is on its way, it may wait, or it has failed. */
export type Tried = "placed" | "later" | "never";

/** Placement's wait queue, driven without promises: here its outcomes must be known at once. */
export interface Waiting {
  /** False: the queue is full. */
  enter(request: SimRequest): boolean;
  wake(application?: string): void;
  isEmpty(application: string): boolean;
}

/** Requests with and without an instance to avoid are tried apart, as in the real queue. */
const ANY_INSTANCE = "";

/** The real queue of `limit` requests an application. */
export function createWaiting(
  limit: number,
  now: () => number,
  tryPlace: (request: SimRequest, waitingCount: number) => Tried,
): Waiting {
  let entering: SimRequest | undefined;
  // The client's own timer ends a wait: it is due at the same moment, and one timer is cheaper than two.
  const queue = createWaitQueue<undefined>(limit, (_delayMs, giveUp) => {
    if (entering !== undefined) entering.giveUp = giveUp;
    entering = undefined;
    return () => undefined;
  });
  const attempt = (request: SimRequest, waitingCount: number) => {
    const tried = tryPlace(request, waitingCount);
    if (tried === "later") return { type: "wait", message: "" } as const;
    request.giveUp = undefined;
    if (tried === "never") throw new StraightLineError("NEVER_FITS", "it left the queue");
    return { type: "placed", value: undefined } as const;
  };
  return {
    enter(request) {
      const { application, sizeBytes, constraints } = request.view;
      entering = request;
      const left = queue.wait({
        ...{ application, sizeBytes, signal: undefined, deadlineMs: request.endMs - now() },
        group: constraints.excludedInstanceIds[0] ?? ANY_INSTANCE,
        attempt: (waitingCount) => attempt(request, waitingCount),
      });
      // Every end of a wait is known already: by the attempt, by the client's timer, or by what is given back here.
      left.catch(() => undefined);
      const isFull = entering !== undefined;
      entering = undefined;
      return !isFull;
    },
    wake: queue.wake,
    isEmpty: queue.isEmpty,
  };
}
