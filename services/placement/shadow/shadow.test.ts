import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { testLog } from "../../../test/support/agent-harness.js";
import { eventually } from "../../../test/support/eventually.js";
import { input, instance, node, snapshot } from "../../../test/support/scheduler-builders.js";
import type { MadeDecision } from "../beside/index.js";
import { POLICIES } from "../policies/index.js";
import { decide, type PlacementPolicy } from "../scheduler/index.js";
import { startShadow } from "./shadow.js";

const [vm, container] = [node("n-1", "vm"), node("n-2", "container")];
const fleet = snapshot(
  [vm, container],
  [
    instance(vm, "i-1", { serviceTime: { count: 1, sumMs: 100 } }),
    instance(container, "i-2", { serviceTime: { count: 1, sumMs: 40 } }),
  ],
);

function made(changes: Partial<MadeDecision> = {}, sizeBytes = 1): MadeDecision {
  const policy = POLICIES.get("straightline");
  const request = input({ sizeBytes });
  const decision = decide(fleet, request, policy);
  return { snapshot: fleet, input: request, policy, decision, use: "answered", placementId: "p", ...changes };
}

function shadowOf(policy: PlacementPolicy) {
  return startShadow({ policy, periodMs: 60_000, log: testLog });
}

describe("a shadow", () => {
  it("counts agreement by kind and compares the predicted times, after the answer", async () => {
    const shadow = shadowOf(POLICIES.get("container-only"));
    // Small data goes to the VM, large data to the container.
    for (const sizeBytes of [1, 1, 1, 1_000_000]) shadow.decided(made({}, sizeBytes));
    assert.equal(shadow.figures().compared, 0);
    await eventually(() => shadow.figures().compared === 4, { what: "the comparison" });
    assert.deepEqual(shadow.figures(), {
      compared: 4,
      sameInstance: 1,
      sameKind: 1,
      predicted: 4,
      activeMs: (3 * 100 + 40) / 4,
      shadowMs: 40,
      moves: [
        { active: "vm", shadow: "container", decisions: 3, activeMs: 100, shadowMs: 40 },
        { active: "container", shadow: "container", decisions: 1, activeMs: 40, shadowMs: 40 },
      ],
    });
    await shadow.stop();
  });
  it("compares no times while one side cannot predict any", async () => {
    const shadow = shadowOf(POLICIES.get("container-only"));
    const unknown = snapshot(
      [vm, container],
      [instance(vm, "i-1", { serviceTime: { count: 1, sumMs: 100 } }), instance(container, "i-2")],
    );
    shadow.decided(made());
    shadow.decided(made({ snapshot: unknown }));
    await shadow.stop();
    const { compared, predicted, activeMs, shadowMs, moves } = shadow.figures();
    assert.deepEqual([compared, predicted, activeMs, shadowMs], [2, 1, 100, 40]);
    assert.deepEqual(moves, [{ active: "vm", shadow: "container", decisions: 2, activeMs: 100, shadowMs: 40 }]);
  });
  it("counts what it would refuse, and leaves dry runs and requests that still wait out", async () => {
    const shadow = shadowOf(POLICIES.get("serverless-only"));
    shadow.decided(made());
    shadow.decided(made({ use: "waiting" }));
    shadow.decided(made({ use: "dry-run" }));
    await shadow.stop();
    const { compared, sameKind, moves } = shadow.figures();
    assert.deepEqual([compared, sameKind], [1, 0]);
    assert.deepEqual(moves, [{ active: "vm", shadow: "refused", decisions: 1, activeMs: 100, shadowMs: 0 }]);
  });
  it("skips what it has no time for, and says how much", async () => {
    const shadow = shadowOf(POLICIES.get("random"));
    for (let at = 0; at < 1500; at++) shadow.decided(made());
    await shadow.stop();
    assert.equal(shadow.figures().compared, 1024);
    assert.deepEqual(shadow.missed(), { skipped: 1500 - 1024, failed: 0 });
  });
  it("that fails hurts nobody", async () => {
    const broken: PlacementPolicy = {
      name: "broken",
      choose: () => {
        throw new Error("broken");
      },
    };
    const shadow = shadowOf(broken);
    shadow.decided(made());
    await shadow.stop();
    assert.deepEqual(shadow.missed(), { skipped: 0, failed: 1 });
  });
});
