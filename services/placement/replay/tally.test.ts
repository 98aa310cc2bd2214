import assert from "node:assert/strict";
import { it } from "node:test";
import { input, instance, node, snapshot } from "../../../test/support/scheduler-builders.js";
import type { Outcome, RecordedDecision } from "../record/index.js";
import { createTally } from "./tally.js";

const vm = node("n-1", "vm");

function placed(serviceMs: number): Outcome {
  const predicted = { transferMs: 0.001, waitMs: 0, serviceMs, coldStartMs: 0 };
  return { type: "placed", nodeId: "n-1", instanceId: "i-1", reason: "", predicted };
}

function recorded(outcome: Outcome): RecordedDecision {
  const fleet = snapshot([vm], [instance(vm, "i-1")]);
  const made = { line: 1, use: "answered", placementId: "p", policy: "straightline" } as const;
  return { type: "decision", ...made, snapshot: fleet, input: input(), outcome };
}

it("the means of a replay are of decisions that could be predicted both times", () => {
  const tally = createTally(0);
  for (const [before, after] of [
    [40, 20],
    [0, 20],
    [40, 0],
  ] as const)
    tally.compared("file", recorded(placed(before)), placed(after), () => true);
  const { decisions, predicted, recordedMeanMs, replayedMeanMs } = tally.figures();
  assert.deepEqual([decisions, predicted, recordedMeanMs, replayedMeanMs], [3, 1, 40.001, 20.001]);
});
