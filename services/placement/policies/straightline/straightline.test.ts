import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type InputChanges, input, instance, node, snapshot } from "../../../../test/support/scheduler-builders.js";
import { decide, type InstanceView, type NodeView } from "../../scheduler/index.js";
import { straightline } from "./straightline.js";

const KIB = 1024;
const D = 128 * KIB;
/** F is 10/s. */
const RARE = 2.1;
const OFTEN = 12.4;

type Condition = "free" | "full" | "starting" | "small" | "absent";

const CONDITIONS: Readonly<Record<Exclude<Condition, "absent">, Partial<InstanceView>>> = {
  free: {},
  full: { inFlight: 1 },
  starting: { state: "starting" },
  small: { payloadLimitBytes: 100 },
};

function place(vm: Condition, container: Condition, serverless: Condition, changes: InputChanges) {
  const states = { vm, container, serverless };
  const nodes = (["vm", "container", "serverless"] as const).map((kind) => node(`${kind}-1`, kind));
  const instances = nodes.flatMap((on) => {
    const condition = states[on.kind];
    return condition === "absent" ? [] : [instance(on, `${on.kind}-a`, CONDITIONS[condition])];
  });
  return decide(snapshot(nodes, instances), input(changes), straightline);
}

describe("straightline", () => {
  const cases: [Condition, Condition, Condition, number, number, string][] = [
    // vm, container, serverless, f_t, r_d, reason
    ["free", "free", "free", OFTEN, 8397, "f_t 12.40/s > F 10/s and 8.2 KiB < D 128 KiB: serverless"],
    ["free", "free", "full", OFTEN, 8397, "f_t 12.40/s > F 10/s and 8.2 KiB < D 128 KiB, serverless has no free slot: VM"],
    [
      "free",
      "free",
      "small",
      OFTEN,
      8397,
      "f_t 12.40/s > F 10/s and 8.2 KiB < D 128 KiB, payload over the limit of serverless: VM",
    ],
    ["free", "free", "absent", OFTEN, 8397, "f_t 12.40/s > F 10/s and 8.2 KiB < D 128 KiB, no serverless instance: VM"],
    [
      "full",
      "free",
      "full",
      OFTEN,
      8397,
      "f_t 12.40/s > F 10/s and 8.2 KiB < D 128 KiB, serverless has no free slot, VM has no free slot: container",
    ],
    ["free", "free", "free", RARE, 300 * KIB, "300 KiB > D 128 KiB: container"],
    ["free", "free", "free", OFTEN, 300 * KIB, "300 KiB > D 128 KiB: container"],
    ["free", "full", "free", RARE, 300 * KIB, "300 KiB > D 128 KiB, container has no free slot: VM"],
    ["full", "full", "free", RARE, 300 * KIB, "300 KiB > D 128 KiB, container has no free slot, VM has no free slot: serverless"],
    ["free", "starting", "free", RARE, 300 * KIB, "300 KiB > D 128 KiB, no container instance is ready: VM"],
    ["free", "free", "free", RARE, 8397, "f_t 2.10/s <= F 10/s, 8.2 KiB <= D 128 KiB, VM slot free: VM"],
    ["full", "free", "free", RARE, 8397, "f_t 2.10/s <= F 10/s, 8.2 KiB <= D 128 KiB, VM has no free slot: container"],
    [
      "full",
      "full",
      "free",
      RARE,
      8397,
      "f_t 2.10/s <= F 10/s, 8.2 KiB <= D 128 KiB, VM has no free slot, container has no free slot: serverless",
    ],
    // Equalities belong to neither side.
    ["free", "free", "free", 10, 8397, "f_t 10.00/s <= F 10/s, 8.2 KiB <= D 128 KiB, VM slot free: VM"],
    ["free", "free", "free", OFTEN, D, "f_t 12.40/s > F 10/s, 128 KiB <= D 128 KiB, VM slot free: VM"],
  ];
  for (const [vm, container, serverless, frequency, sizeBytes, reason] of cases) {
    it(`vm ${vm}, container ${container}, serverless ${serverless}: ${reason}`, () => {
      const decision = place(vm, container, serverless, { frequency, sizeBytes });
      assert.equal(decision.type, "placed");
      assert.equal(decision.reason, reason);
      const kind = reason.slice(reason.lastIndexOf(" ") + 1).toLowerCase();
      assert.equal(decision.candidate.instance.kind, kind);
    });
  }

  it("refuses for now when no form has a slot", () => {
    const decision = place("full", "full", "full", { frequency: OFTEN });
    assert.ok(decision.type === "refused" && decision.refusal.kind === "retryLater");
  });

  it("refuses for good a body that no form takes", () => {
    const implementations = [{ kind: "serverless", payloadLimitBytes: 100 } as const];
    const decision = place("absent", "absent", "small", { sizeBytes: 300 * KIB, implementations });
    assert.ok(decision.type === "refused" && decision.refusal.kind === "never");
  });

  it("takes within a kind the instance with the fewest requests per slot", () => {
    const vm = node("vm-1", "vm");
    const [busy, idle] = [instance(vm, "a", { concurrency: 2, inFlight: 1 }), instance(vm, "b", { concurrency: 4, inFlight: 1 })];
    const decision = decide(snapshot([vm], [busy, idle]), input(), straightline);
    assert.ok(decision.type === "placed" && decision.candidate.instance.instanceId === "b");
  });

  it("shows F and D in the trace, and its way step by step", () => {
    const { trace } = place("full", "free", "free", { frequency: RARE });
    assert.deepEqual(trace.parameters, { F: 10, D });
    assert.deepEqual(trace.steps, [
      "3 instances considered, 2 can take the request now.",
      "f_t 2.10/s <= F 10/s, 1 KiB <= D 128 KiB: try VM, then container, then serverless.",
      "VM has no free slot.",
      "A container slot is free: container-a on container-1 has the fewest requests per slot of its kind, 0 of 1.",
    ]);
  });

  it("prefers any trusted form to a suspect one, and says why it passed that by", () => {
    const [vm, container] = [node("vm-1", "vm", { health: "suspect", ageMs: 4000 }), node("container-1", "container")];
    const decision = decide(snapshot([vm, container], [instance(vm, "a"), instance(container, "b")]), input(), straightline);
    assert.ok(decision.type === "placed");
    assert.match(decision.reason, /VM is suspect: container$/);
  });

  it("tells of a kind that is full but for a suspect instance that no trusted slot of it is free", () => {
    const nodes = [node("vm-1", "vm", { health: "suspect" }), node("vm-2", "vm"), node("container-1", "container")] as const;
    const instances = [instance(nodes[0], "a"), instance(nodes[1], "b", { inFlight: 1 }), instance(nodes[2], "c")];
    const decision = decide(snapshot(nodes, instances), input(), straightline);
    assert.ok(decision.type === "placed");
    assert.match(decision.reason, /no trusted VM slot is free: container$/);
  });

  it("calls its choice the least doubtful where none can be trusted", () => {
    const [old, young] = [4000, 3000].map((ageMs) => node(`vm-${ageMs}`, "vm", { health: "suspect", ageMs })) as [
      NodeView,
      NodeView,
    ];
    const instances = [instance(old, "a"), instance(young, "b", { concurrency: 4, inFlight: 3 })];
    const { trace } = decide(snapshot([old, young], instances), input(), straightline);
    assert.equal(trace.steps.at(-1), "A VM slot is free: b on vm-3000 is the least doubtful of its kind, 3 of 4.");
  });

  it("says of a kind that the request leaves out that it is not allowed", () => {
    const decision = place("free", "free", "free", { constraints: { kinds: ["container", "serverless"] } });
    assert.ok(decision.type === "placed");
    assert.match(decision.reason, /VM is not allowed: container$/);
  });

  it("takes F and D for 0 where none is given: all that has a body is large, all that has none is neither", () => {
    const kindOf = (sizeBytes: number): string => {
      const decision = place("free", "free", "free", { sizeBytes, parameters: {}, frequency: 1 });
      assert.ok(decision.type === "placed");
      return decision.candidate.instance.kind;
    };
    assert.deepEqual([kindOf(1), kindOf(0)], ["container", "vm"]);
  });
});
