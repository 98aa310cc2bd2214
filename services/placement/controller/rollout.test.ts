import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { InstanceTelemetry } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { assigned } from "../../../test/support/plan-builders.js";
import { telemetry, telemetryInstance } from "../../../test/support/telemetry-builders.js";
import { messageCodec } from "../../common/wire/index.js";
import type { NodeState } from "../state/index.js";
import { createRolloutJudge } from "./rollout.js";

const codec = messageCodec<ApplicationRecord, ApplicationRecord__Output>("ApplicationRecord");

function record(changes: ApplicationRecord = {}): ApplicationRecord__Output {
  const implementations = [{ kind: "NODE_KIND_VM" as const, replicas: 2 }];
  const rollout = { readyTimeoutMs: 10_000, maxFailedStarts: 3 };
  return codec.decode(
    codec.encode({ spec: { name: "app", readyPath: "/ready", implementations, rollout }, generation: 2, ...changes }),
  );
}

function node(instances: readonly InstanceTelemetry[] = [], health: NodeState["health"] = "fresh"): NodeState {
  const told = telemetry("n1", "vm", { instances: [...instances] });
  return { nodeId: "n1", kind: "vm", health, ageMs: 0, scheduling: "open", telemetry: told, reservedSlots: {}, conflict: "" };
}

const two = (changes: readonly [object, object]) => changes.map((change, at) => assigned("n1", at, { generation: 2, ...change }));
const failing = (failedAttempts: number, state: InstanceTelemetry["state"] = "INSTANCE_STATE_UNHEALTHY") =>
  node([telemetryInstance("a", { generation: 2, failedAttempts, state: state ?? null, lastError: "exit code 3" } as never)]);

describe("a rollout", () => {
  it("is complete once every instance is ready at its generation", () => {
    const { judge } = createRolloutJudge(() => 0);
    assert.equal(judge(record(), two([{}, { ready: false }]), [node()]), undefined);
    assert.equal(judge(record(), two([{}, { generation: 1 }]), [node()]), undefined);
    assert.deepEqual(judge(record(), two([{}, {}]), [node()]), { type: "complete" });
  });

  it("has failed when an instance failed to start as often as is allowed, or for good", () => {
    const { judge } = createRolloutJudge(() => 0);
    const waiting = two([{}, { ready: false }]);
    assert.equal(judge(record(), waiting, [failing(2)]), undefined);
    assert.deepEqual(judge(record(), waiting, [failing(3)]), { type: "failed", why: "n1, 3 times: exit code 3" });
    const once = judge(record(), waiting, [failing(1, "INSTANCE_STATE_FAILED")]);
    assert.deepEqual(once, { type: "failed", why: "n1, once: exit code 3" });
    assert.equal(judge(record(), waiting, [failing(3, "INSTANCE_STATE_READY")]), undefined, "it has come up after all");
    assert.equal(judge(record({ generation: 3 }), waiting, [failing(3)]), undefined, "an older generation's failure");
  });

  it("has failed when it makes no progress for its time, and each step gives it that time anew", () => {
    const clock = { ms: 0 };
    const { judge } = createRolloutJudge(() => clock.ms);
    assert.equal(judge(record(), two([{ ready: false }, { ready: false }]), [node()]), undefined);
    clock.ms = 9000;
    assert.equal(judge(record(), two([{}, { ready: false }]), [node()]), undefined);
    clock.ms = 18_000;
    assert.equal(judge(record(), two([{}, { ready: false }]), [node()]), undefined);
    clock.ms = 19_001;
    assert.deepEqual(judge(record(), two([{}, { ready: false }]), [node()]), {
      type: "failed",
      why: "1 of 2 instances were not ready within 10000 ms",
    });
  });

  it("says what an instance lacks that was not ready in time", () => {
    const clock = { ms: 0 };
    const { judge } = createRolloutJudge(() => clock.ms);
    const silent = node([telemetryInstance("a", { generation: 2, state: "INSTANCE_STATE_STARTING" })]);
    const waiting = two([{}, { ready: false }]);
    judge(record(), waiting, [silent]);
    clock.ms = 10_001;
    assert.deepEqual(judge(record(), waiting, [silent]), {
      type: "failed",
      why: "1 of 2 instances were not ready within 10000 ms; n1: it runs; nothing answers GET /ready yet",
    });
  });

  it("counts anew for an application that was gone meanwhile, and for a leader that led before", () => {
    const clock = { ms: 0 };
    const { judge, retain } = createRolloutJudge(() => clock.ms);
    const waiting = two([{ ready: false }, { ready: false }]);
    judge(record(), waiting, [node()]);
    clock.ms = 60_000;
    retain(new Set());
    assert.equal(judge(record(), waiting, [node()]), undefined);
    clock.ms = 69_000;
    retain(new Set(["app"]));
    assert.equal(judge(record(), waiting, [node()]), undefined);
    clock.ms = 71_000;
    assert.equal(judge(record(), waiting, [node()])?.type, "failed");
  });

  it("waits without end for a node", () => {
    const clock = { ms: 0 };
    const { judge } = createRolloutJudge(() => clock.ms);
    for (; clock.ms < 100_000; clock.ms += 5000) {
      assert.equal(judge(record(), [], []), undefined);
      assert.equal(judge(record(), two([{ ready: false }, { ready: false }]), [node([], "lost")]), undefined);
    }
  });

  it("is judged no more once it is over, unless it comes up after it has failed", () => {
    const { judge } = createRolloutJudge(() => 0);
    const over = record({ rollout: { phase: "ROLLOUT_PHASE_COMPLETE" } });
    assert.equal(judge(over, two([{}, { ready: false }]), [failing(5)]), undefined);
    const gone = record({ rollout: { phase: "ROLLOUT_PHASE_FAILED" } });
    assert.equal(judge(gone, two([{}, { ready: false }]), [failing(5)]), undefined);
    assert.deepEqual(judge(gone, two([{}, {}]), [node()]), { type: "complete" });
  });
});
