import type { StraightLineError } from "../../common/errors/index.js";
import { createDurationSketch } from "../../common/sketch/index.js";
import type { InstanceStats } from "../../common/wire/index.js";

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
