import type { StraightLineError } from "../../common/errors/index.js";
import { createDurationSketch, type DurationSketchData } from "../../common/sketch/index.js";

/** What the server tells of itself, for the agent beside it. */
export interface InstanceStats {
  /** Requests that run. */
  readonly inFlight: number;
  /** Requests that wait for a slot or still upload their body. */
  readonly queued: number;
  /** Requests answered well since the start. */
  readonly servedCount: number;
  /** Requests that failed through no fault of the client since the start; refusals for lack of room are not among them. */
  readonly failedCount: number;
  /** Service times of the requests answered well, without waiting. */
  readonly serviceTime: DurationSketchData;
}

/** Counts outcomes. */
export interface OutcomeCounter {
  served(serviceMs: number): void;
  failed(error: StraightLineError): void;
  read(): Pick<InstanceStats, "servedCount" | "failedCount" | "serviceTime">;
}

/** A counter at zero. */
export function createOutcomeCounter(): OutcomeCounter {
  const sketch = createDurationSketch();
  let servedCount = 0;
  let failedCount = 0;
  return {
    served(serviceMs) {
      servedCount += 1;
      sketch.record(serviceMs);
    },
    failed(error) {
      if (error.httpStatus >= 500 && error.details.metadata?.["executed"] !== "false") failedCount += 1;
    },
    read: () => ({ servedCount, failedCount, serviceTime: sketch.toData() }),
  };
}
