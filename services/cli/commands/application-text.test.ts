import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApplicationStatus, ApplicationStatus__Output } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { PlanResponse, PlanResponse__Output } from "../../../proto/gen/straightline/v1/PlanResponse.js";
import { messageCodec } from "../../common/wire/index.js";
import { formatApplication, formatPlan, rolloutLine } from "./application-text.js";

const codec = messageCodec<ApplicationStatus, ApplicationStatus__Output>("ApplicationStatus");

function status(ready: number, changes: ApplicationStatus = {}): ApplicationStatus__Output {
  const implementations = [
    { kind: "NODE_KIND_VM" as const, desired: 3, ready, updated: ready, message: "" },
    { kind: "NODE_KIND_CONTAINER" as const, desired: 1, ready: 1, updated: 1, message: "" },
  ];
  const rollout = { phase: "ROLLOUT_PHASE_COMPLETE" as const };
  return codec.decode(codec.encode({ spec: { name: "app" }, generation: 4, implementations, rollout, ...changes }));
}

describe("an application in words", () => {
  it("is rolled out while all of it is ready, and no longer when some of it is not", () => {
    assert.equal(rolloutLine(status(3)), "rollout complete");
    assert.equal(rolloutLine(status(2)), "rolled out before; now ready: vm 2/3");
  });

  it("is planned without a change and does not fit all the same", () => {
    const plans = messageCodec<PlanResponse, PlanResponse__Output>("PlanResponse");
    const plan = plans.decode(plans.encode({ changes: false, fits: false, generation: 4 }));
    assert.equal(formatPlan(plan), "no change: generation 4 is deployed as asked; it does not fit");
  });

  it("has gone back, whatever is ready", () => {
    const rollout = { phase: "ROLLOUT_PHASE_ROLLED_BACK" as const, message: "generation 5 failed: exit code 3" };
    assert.equal(rolloutLine(status(2, { rollout })), "rollout rolled back: generation 5 failed: exit code 3");
  });

  it("tells how often an instance was started anew, and why, also when it is ready", () => {
    const telemetry = {
      instanceId: "app-0-4-x",
      generation: 4,
      state: "INSTANCE_STATE_READY" as const,
      restartCount: 2,
      lastError: "killed by SIGKILL",
    };
    const text = formatApplication(status(3, { instances: [{ nodeId: "n1", kind: "NODE_KIND_VM", telemetry }] }));
    assert.deepEqual(text.split("\n").slice(-2), [
      "INSTANCE   NODE  GENERATION  STATE  RESTARTS  LAST ERROR",
      "app-0-4-x  n1    4           ready  2         before it was started anew: killed by SIGKILL",
    ]);
    const first = { nodeId: "n1", kind: "NODE_KIND_VM" as const, telemetry: { ...telemetry, restartCount: 0 } };
    assert.match(formatApplication(status(3, { instances: [first] })), /ready +0$/, "nothing is told of what is past");
    const worker = { ...first, telemetry: { ...first.telemetry, function: { idleWorkers: 1 } } };
    assert.match(formatApplication(status(3, { instances: [worker] })), /ready +0 +killed by SIGKILL$/, "a worker has failed");
    assert.doesNotMatch(text, /NODE_KIND|STATE_|PHASE/);
  });
});
