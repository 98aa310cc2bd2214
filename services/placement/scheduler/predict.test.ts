import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instance, node } from "../../../test/support/scheduler-builders.js";
import { predict } from "./predict.js";
import type { InstanceView, NodeView, PredictedTime } from "./types.js";

const NOTHING: PredictedTime = { transferMs: 0, waitMs: 0, serviceMs: 0, coldStartMs: 0 };
const RECORD: Partial<InstanceView> = { coldStart: { count: 2, sumMs: 500 } };

describe("predict", () => {
  const cases: [string, Partial<NodeView>, Partial<InstanceView>, number, Partial<PredictedTime>][] = [
    ["nothing where nothing is known", {}, {}, 4096, {}],
    // 4096 B / 8192 B/s = 0.5 s
    ["the transfer from bytes and bandwidth", { networkBytesPerSecond: 8192 }, {}, 4096, { transferMs: 500 }],
    ["no transfer for an empty body", { networkBytesPerSecond: 8192 }, {}, 0, {}],
    ["the service as the mean of those served", {}, { serviceTime: { count: 4, sumMs: 50 } }, 4096, { serviceMs: 12.5 }],
    ["a cold start when no worker is idle", {}, { ...RECORD, idleWorkers: 0 }, 0, { coldStartMs: 250 }],
    ["none when a worker is idle", {}, { ...RECORD, idleWorkers: 1 }, 0, {}],
    ["none for a kind that has no workers", {}, { ...RECORD, idleWorkers: undefined }, 0, {}],
    ["none where no start has been seen yet", {}, { idleWorkers: 0 }, 0, {}],
  ];
  for (const [what, on, of, sizeBytes, expected] of cases) {
    it(`foresees ${what}`, () => {
      const view = node("n", "serverless", on);
      assert.deepEqual(predict({ node: view, instance: instance(view, "i", of) }, sizeBytes), { ...NOTHING, ...expected });
    });
  }
});
