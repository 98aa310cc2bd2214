import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Assignment, Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { InstanceTelemetry } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { telemetry, telemetryInstance } from "../../../test/support/telemetry-builders.js";
import { messageCodec } from "../../common/wire/index.js";
import type { NodeState } from "../state/index.js";
import { planAssignments } from "./read.js";

const codec = messageCodec<Assignment, Assignment__Output>("Assignment");
const ASSIGNMENT: Assignment = {
  ...{ nodeId: "n1", application: "app", replica: 0, generation: 2, implementation: { kind: "NODE_KIND_VM" } },
  spec: { name: "app", rollout: { minReadyMs: 5000 } },
};

/** Whether an assignment whose rollout asks for time counts as ready, by what its instance tells. */
function isReady(told: InstanceTelemetry): boolean {
  const instance = telemetryInstance("a", { assignment: "app.0", generation: 2, state: "INSTANCE_STATE_READY", ...told });
  const node: NodeState = {
    ...{ nodeId: "n1", kind: "vm", health: "fresh", ageMs: 0, scheduling: "open", reservedSlots: {}, conflict: "" },
    telemetry: telemetry("n1", "vm", { instances: [instance] }),
  };
  const entry = { key: "n1.app.0", value: codec.decode(codec.encode(ASSIGNMENT)), revision: 1 };
  const [planned] = planAssignments([[entry.key, entry]], [node]);
  assert.ok(planned !== undefined);
  return planned.ready;
}

describe("an assignment with min_ready_ms is ready", () => {
  const cases: [string, InstanceTelemetry, boolean][] = [
    ["once its instance is available", { available: true }, true],
    ["not before", { available: false }, false],
    ["where an agent of an older version does not tell", {}, true],
    ["not where that instance still starts", { state: "INSTANCE_STATE_STARTING" }, false],
  ];
  for (const [what, told, ready] of cases) it(what, () => assert.equal(isReady(told), ready));
});
