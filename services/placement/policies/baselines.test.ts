import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { input, instance, node, snapshot } from "../../../test/support/scheduler-builders.js";
import { decide, type InstanceModel, type InstanceView, type PlacementInput } from "../scheduler/index.js";
import { POLICIES } from "./index.js";

const on = node("n", "vm");
const idle = ["a", "b", "c", "d"].map((id) => instance(on, id, { concurrency: 4 }));

function pickBy(policy: string, instances: readonly InstanceView[], changes: Partial<PlacementInput>): string {
  const decision = decide(snapshot([on], instances), { ...input(), ...changes }, POLICIES.get(policy));
  assert.ok(decision.type === "placed");
  return decision.candidate.instance.instanceId;
}

function counts(policy: string, instances: readonly InstanceView[], seeds = 1000): Record<string, number> {
  const found: Record<string, number> = {};
  for (let seed = 0; seed < seeds; seed++) {
    const id = pickBy(policy, instances, { seed });
    found[id] = (found[id] ?? 0) + 1;
  }
  return found;
}

describe("random", () => {
  it("takes each instance about as often as any other", () => {
    for (const [id, count] of Object.entries(counts("random", idle))) assert.ok(count > 190 && count < 310, `${id}: ${count}`);
  });
});

describe("round-robin", () => {
  it("takes the instances in turn, by the number of the decision", () => {
    const turns = Array.from({ length: 6 }, (_, sequence) => pickBy("round-robin", idle, { sequence }));
    assert.deepEqual(turns, ["a", "b", "c", "d", "a", "b"]);
  });
  it("takes the seed for the number where none is given", () => {
    assert.equal(pickBy("round-robin", idle, { seed: 2 }), "c");
  });
  it("passes over those that are full", () => {
    const instances = [instance(on, "a", { inFlight: 1 }), ...idle.slice(1)];
    assert.equal(pickBy("round-robin", instances, { sequence: 0 }), "b");
  });
});

describe("power-of-two", () => {
  it("takes the less loaded of two, so never the most loaded one", () => {
    const instances = [...idle.slice(1), instance(on, "z", { concurrency: 4, inFlight: 3 })];
    assert.equal(counts("power-of-two", instances)["z"], undefined);
  });
  it("counts requests per slot", () => {
    const instances = [
      instance(on, "small", { concurrency: 2, inFlight: 1 }),
      instance(on, "large", { concurrency: 10, inFlight: 2 }),
    ];
    assert.deepEqual(Object.keys(counts("power-of-two", instances, 50)), ["large"]);
  });
  it("takes the only one there is", () => {
    assert.equal(pickBy("power-of-two", idle.slice(0, 1), { seed: 9 }), "a");
  });
});

describe("peak-ewma", () => {
  const answered = (peakResponseMs: number): Pick<InstanceView, "model"> => ({ model: { peakResponseMs } as InstanceModel });
  it("takes the quicker of two, so never the slowest", () => {
    const instances = [40, 50, 60, 400].map((ms, at) => instance(on, `i${at}`, { concurrency: 4, ...answered(ms) }));
    assert.equal(counts("peak-ewma", instances)["i3"], undefined);
  });
  it("weighs the response time with the requests that an instance holds", () => {
    const instances = [
      instance(on, "quick", { concurrency: 8, inFlight: 3, ...answered(50) }),
      instance(on, "slow", { concurrency: 8, ...answered(120) }),
    ];
    assert.equal(pickBy("peak-ewma", instances, { seed: 1 }), "slow");
  });
  it("tries an idle instance that has not answered yet, but only one request at a time", () => {
    const known = instance(on, "known", { concurrency: 4, ...answered(50) });
    assert.equal(pickBy("peak-ewma", [known, instance(on, "new", { concurrency: 4 })], { seed: 1 }), "new");
    assert.equal(pickBy("peak-ewma", [known, instance(on, "new", { concurrency: 4, inFlight: 1 })], { seed: 1 }), "known");
  });
});
