import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { input, instance, node, snapshot } from "../../../test/support/scheduler-builders.js";
import { decide, REFUSAL, type Refusal } from "../scheduler/index.js";
import { refusalError } from "./wire-failure.js";

/** The error of a request that a policy refuses for a reason of its own. */
function errorOf(refusal: Refusal) {
  const vm = node("vm-1", "vm");
  const decision = decide(snapshot([vm], [instance(vm, "a")]), input(), { name: "p", choose: () => refusal });
  assert.ok(decision.type === "refused");
  return refusalError(decision, { decideUs: 0, waitedMs: 0, retryOf: "" });
}

describe("a refused decision", () => {
  it("is DEADLINE_EXCEEDED where the answer would come too late", () => {
    const { code, message, details } = errorOf(REFUSAL.deadlineTooNear);
    assert.equal(code, "DEADLINE_EXCEEDED");
    assert.match(message, /^app would probably answer after the deadline, and others wait behind the request$/);
    assert.equal(details.metadata?.["refusal"], "DEADLINE_TOO_NEAR");
  });
  it("is NO_CAPACITY with an advised delay where it may be tried again", () => {
    const { code, details } = errorOf(REFUSAL.noFreeSlot);
    assert.deepEqual([code, details.retryAfterMs], ["NO_CAPACITY", 250]);
  });
  it("is NEVER_FITS where it may not", () => {
    assert.equal(errorOf(REFUSAL.overPriceCap).code, "NEVER_FITS");
  });
});
