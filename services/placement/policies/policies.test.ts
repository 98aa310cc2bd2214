import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { input, instance, node, snapshot } from "../../../test/support/scheduler-builders.js";
import { StraightLineError } from "../../common/errors/index.js";
import { decide, type NodeKind } from "../scheduler/index.js";
import { createRegistry, POLICIES } from "./index.js";

const KINDS: readonly NodeKind[] = ["vm", "container", "serverless"];

describe("the registry of policies", () => {
  it("throws on a name given twice", () => {
    assert.throws(() => createRegistry([{ name: "a" }, { name: "a" }]), /a is registered twice/);
  });
  it("names the known policies when asked for an unknown one", () => {
    assert.throws(
      () => POLICIES.get("best"),
      (error) => error instanceof StraightLineError && error.code === "UNKNOWN_POLICY" && /least-outstanding/.test(error.message),
    );
  });
});

for (const kind of KINDS) {
  describe(`${kind}-only`, () => {
    const nodes = KINDS.map((each) => node(`${each}-1`, each));
    const policy = POLICIES.get(`${kind}-only`);
    it(`takes the least loaded instance of ${kind}, though others are idle`, () => {
      const instances = nodes.flatMap((on) => {
        const load = on.kind === kind ? 1 : 0;
        return [
          instance(on, `${on.kind}-b`, { concurrency: 4, inFlight: load }),
          instance(on, `${on.kind}-a`, { concurrency: 4, inFlight: load * 2 }),
        ];
      });
      const decision = decide(snapshot(nodes, instances), input({ frequency: 100 }), policy);
      assert.ok(decision.type === "placed");
      assert.equal(decision.candidate.instance.instanceId, `${kind}-b`);
    });
    it("refuses for now when that kind is full, and counts the others as not in the policy", () => {
      const instances = nodes.map((on) => instance(on, on.kind, { inFlight: on.kind === kind ? 1 : 0 }));
      const decision = decide(snapshot(nodes, instances), input(), policy);
      assert.ok(decision.type === "refused" && decision.refusal.reason === "NO_FREE_SLOT");
      assert.equal(decision.trace.refusedCounts["KIND_NOT_IN_POLICY"], 2);
    });
  });
}

describe("least-outstanding", () => {
  const [vm, container] = [node("vm-1", "vm"), node("container-1", "container")];
  const policy = POLICIES.get("least-outstanding");
  it("takes the instance with the fewest requests on it, whatever its kind and its slots", () => {
    const instances = [
      instance(vm, "a", { concurrency: 8, inFlight: 2 }),
      instance(container, "b", { concurrency: 2, inFlight: 1 }),
    ];
    const decision = decide(snapshot([vm, container], instances), input(), policy);
    assert.ok(decision.type === "placed" && decision.candidate.instance.instanceId === "b");
    assert.equal(decision.reason, "least-outstanding: container, lowest score 1, 1 of 2 slots taken");
  });
  it("counts what is queued, and shows both parts", () => {
    const instances = [instance(vm, "a", { queued: 3 }), instance(container, "b", { concurrency: 8, inFlight: 2 })];
    const { trace } = decide(snapshot([vm, container], instances), input(), policy);
    assert.deepEqual(
      trace.candidates.map(({ instanceId, score }) => [instanceId, score.total, score.components]),
      [
        ["b", 2, { in_flight: 2, queued: 0 }],
        ["a", 3, { in_flight: 0, queued: 3 }],
      ],
    );
  });
});
