import type { EventLoop } from "../clock/index.js";
import type { SimRequest } from "./types.js";

/** Ends the requests of one application when their time is over. */
export interface Deadlines {
  /** Called in order of arrival. */
  watch(request: SimRequest): void;
}

/** Ended requests at the front are dropped once there are this many and they are half of the list. */
const COMPACT_AT = 32;

/**
 * One timer for all: with one timeout the first to come is the first whose time is over. A timer each would fill the event loop with those of
 * requests that were answered long ago.
 */
export function createDeadlines(loop: EventLoop, onExpired: (request: SimRequest) => void): Deadlines {
  let watched: SimRequest[] = [];
  let head = 0;
  let isArmed = false;
  const arm = (atMs: number): void => {
    isArmed = true;
    loop.at(atMs, fire);
  };
  const fire = (): void => {
    isArmed = false;
    for (let next = watched[head]; next !== undefined; next = watched[head]) {
      if (!next.hasEnded && next.endMs > loop.now()) {
        arm(next.endMs);
        return;
      }
      head += 1;
      if (!next.hasEnded) onExpired(next);
    }
  };
  /** What has ended is not kept until its time would have been over: at ten thousand requests a second that is most of the memory. */
  const dropEnded = (): void => {
    while (watched[head]?.hasEnded) head += 1;
    if (head < COMPACT_AT || head < watched.length / 2) return;
    watched = watched.slice(head);
    head = 0;
  };
  return {
    watch(request) {
      dropEnded();
      watched.push(request);
      if (!isArmed) arm(request.endMs);
    },
  };
}
