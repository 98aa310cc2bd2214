import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { app, assigned, form, resources, vm } from "../../../../test/support/plan-builders.js";
import { REFUSED } from "./filter.js";
import { actionsOf, plan } from "./plan.js";
import type { FormPlan, PlanApplication, PlanAssignment, PlanNode } from "./types.js";

const GIB = 1024 ** 3;

function planOne(
  application: PlanApplication,
  nodes: readonly PlanNode[],
  assignments: readonly PlanAssignment[] = [],
): FormPlan {
  const others = [...new Set(assignments.map((one) => one.application))].filter((name) => name !== application.name);
  const applications = [application, ...others.map((name) => app(1, { name }))];
  const { forms } = plan({ applications, nodes, assignments, updateShare: 1 });
  const [own] = forms.filter((one) => one.application === application.name);
  assert.ok(own !== undefined);
  return own;
}

function nodesOf(planned: FormPlan): string[] {
  return planned.actions.flatMap((action) => (action.type === "create" ? [action.nodeId] : []));
}

describe("a node is refused", () => {
  const asks = (asked: Parameters<typeof resources>[0]) => app(1, { forms: [form("vm", 1, asked)] });
  const cases: [string, PlanApplication, PlanNode, string, string][] = [
    ["that is lost", app(1), vm("n1", "lost"), REFUSED.lost, "it is lost"],
    ["that is draining", app(1), vm("n1", "draining"), REFUSED.draining, "it is draining"],
    ["that is cordoned", app(1), vm("n1", "full", { why: "it is cordoned" }), REFUSED.closed, "it is cordoned"],
    [
      "without a label",
      app(1, { labels: { disk: "fast" } }),
      vm("n1", "open", { labels: { disk: "slow" } }),
      REFUSED.label,
      "it has no label disk=fast",
    ],
    ["of another zone", app(1, { zones: ["a", "b"] }), vm("n1", "open", { zone: "c" }), REFUSED.zone, "it is in zone c"],
    [
      "without the GPUs",
      asks({ gpus: 2 }),
      vm("n1", "open", { capacity: resources({ gpus: 1 }) }),
      REFUSED.gpu,
      "1 of 1 GPUs are free, 2 are asked",
    ],
    [
      "without the memory",
      asks({ memoryBytes: 4 * GIB }),
      vm("n1", "open", { capacity: resources({ memoryBytes: 2 * GIB }) }),
      REFUSED.memory,
      "2048 MiB of 2048 MiB are free, 4096 MiB are asked",
    ],
    [
      "that is dearer than the price cap",
      app(1, { priceCap: 0.1 }),
      vm("n1", "open", { pricePerRequest: 0.2 }),
      REFUSED.price,
      "a request costs 0.2, the cap is 0.1",
    ],
  ];
  for (const [what, application, node, reason, detail] of cases) {
    it(what, () => {
      const { unplaced, refused } = planOne(application, [node]);
      assert.equal(unplaced, 1);
      assert.deepEqual(refused, [{ nodeId: "n1", reason, detail }]);
    });
  }

  it("once what it holds leaves no room, but not for CPU when it holds nothing", () => {
    const node = vm("n1", "open", { capacity: resources({ cpuMillicores: 2000, memoryBytes: 8 * GIB }) });
    const planned = planOne(app(3, { forms: [form("vm", 3, { cpuMillicores: 1500, memoryBytes: GIB })] }), [node]);
    assert.deepEqual(nodesOf(planned), ["n1"]);
    assert.equal(planned.unplaced, 2);
    assert.equal(
      planned.refused[0]?.detail,
      "500m of 2000m CPU are free, 1500m are asked (held by this application's own instances 1500m)",
    );
    const large = planOne(app(1, { forms: [form("vm", 1, { cpuMillicores: 4000 })] }), [node]);
    assert.equal(large.unplaced, 0);
  });

  it("once what stages of jobs hold leaves no room", () => {
    const capacity = resources({ cpuMillicores: 4000, memoryBytes: 4 * GIB, gpus: 2 });
    const held = { holder: "job train-1", resources: resources({ cpuMillicores: 3000, memoryBytes: 2 * GIB, gpus: 1 }) };
    const node = vm("n1", "open", { capacity, stages: [held] });
    const details = [{ gpus: 2 }, { memoryBytes: 3 * GIB }, { cpuMillicores: 1500 }].map(
      (asked) => planOne(app(1, { forms: [form("vm", 1, asked)] }), [node]).refused[0]?.detail,
    );
    assert.deepEqual(details, [
      "1 of 2 GPUs are free, 2 are asked (held by job train-1 1)",
      "2048 MiB of 4096 MiB are free, 3072 MiB are asked (held by job train-1 2048 MiB)",
      "1000m of 4000m CPU are free, 1500m are asked (held by job train-1 3000m)",
    ]);
    assert.equal(planOne(app(1, { forms: [form("vm", 1, { gpus: 1, cpuMillicores: 1000 })] }), [node]).unplaced, 0);
  });

  it("with those that hold most of what is lacking", () => {
    const node = vm("n1", "open", { capacity: resources({ memoryBytes: 8 * GIB }) });
    const held = [1, 2, 1, 3].map((gib, at) =>
      assigned("n1", at, { application: `other-${at}`, resources: resources({ memoryBytes: gib * GIB }) }),
    );
    const { refused } = planOne(app(1, { forms: [form("vm", 1, { memoryBytes: 2 * GIB })] }), [node], held);
    assert.equal(
      refused[0]?.detail,
      "1024 MiB of 8192 MiB are free, 2048 MiB are asked (held by other-3 3072 MiB, other-1 2048 MiB, other-0 1024 MiB and 1 more)",
    );
  });

  it("beside an application that it must not be beside, its own name meaning one instance a node", () => {
    const other = assigned("n1", 0, { application: "other" });
    const apart = app(3, { antiAffinity: ["app", "other"] });
    const planned = planOne(apart, [vm("n1"), vm("n2"), vm("n3")], [other]);
    assert.deepEqual(nodesOf(planned), ["n2", "n3"]);
    assert.deepEqual(
      planned.refused.map(({ detail }) => detail),
      ["other is there", "app is there", "app is there"],
    );
  });
});

describe("among nodes that fit", () => {
  it("spread takes zones in turn, then nodes", () => {
    const nodes = [vm("a1", "open", { zone: "a" }), vm("a2", "open", { zone: "a" }), vm("b1", "open", { zone: "b" })];
    assert.deepEqual(nodesOf(planOne(app(3), nodes)), ["a1", "b1", "a2"]);
  });

  it("bin-pack fills one node before it takes the next", () => {
    const room = { capacity: resources({ cpuMillicores: 2000, memoryBytes: 2 * GIB }) };
    const packed = app(3, { packing: "bin-pack", forms: [form("vm", 3, { cpuMillicores: 1000, memoryBytes: GIB })] });
    const held = assigned("n2", 0, { application: "other", resources: resources({ cpuMillicores: 1000, memoryBytes: GIB }) });
    const planned = planOne(packed, [vm("n1", "open", room), vm("n2", "open", room)], [held]);
    assert.deepEqual(nodesOf(planned), ["n2", "n1", "n1"]);
    const [first] = planned.actions;
    assert.equal(first?.reason, "fullest that fits: 100% with it");
  });

  it("those of its affinity come first", () => {
    const friend = assigned("n2", 0, { application: "cache" });
    assert.deepEqual(nodesOf(planOne(app(1, { affinity: ["cache"] }), [vm("n1"), vm("n2")], [friend])), ["n2"]);
  });
});

describe("a change of constraints", () => {
  const fast = { labels: { disk: "fast" } };
  it("moves what no longer fits, once the new one is ready", () => {
    const nodes = [vm("n1"), vm("n2", "open", fast)];
    const first = planOne(app(1, fast), nodes, [assigned("n1", 0)]);
    assert.deepEqual(
      first.actions.map(({ type }) => type),
      ["create"],
    );
    assert.deepEqual(nodesOf(first), ["n2"]);
    const waiting = planOne(app(1, fast), nodes, [assigned("n1", 0), assigned("n2", 1, { ready: false })]);
    assert.deepEqual(waiting.actions, []);
    const moved = planOne(app(1, fast), nodes, [assigned("n1", 0), assigned("n2", 1)]);
    assert.deepEqual(
      moved.actions.map(({ type }) => type),
      ["remove"],
    );
  });

  it("leaves it where it is while no node fits", () => {
    const planned = planOne(app(1, fast), [vm("n1")], [assigned("n1", 0)]);
    assert.deepEqual([planned.actions, planned.unplaced, planned.displaced], [[], 1, 1]);
  });
});

describe("a new generation", () => {
  const four = [0, 1, 2, 3].map((replica) => assigned(`n${replica % 2}`, replica));
  const update = (assignments: readonly PlanAssignment[]): string[] =>
    actionsOf(
      plan({
        applications: [app(4, { generation: 2 })],
        nodes: [vm("n0"), vm("n1")],
        assignments,
        updateShare: 0.25,
      }),
    ).map((action) => `${action.type} ${action.type === "create" ? "" : action.assignment.replica}`);

  it("reaches a quarter at a time, the next only when that is ready", () => {
    assert.deepEqual(update(four), ["update 0"]);
    const [first, ...others] = four as [PlanAssignment, ...PlanAssignment[]];
    assert.deepEqual(update([{ ...first, generation: 2, ready: false }, ...others]), []);
    assert.deepEqual(update([{ ...first, generation: 2 }, ...others]), ["update 1"]);
  });

  it("begins with what serves nobody", () => {
    assert.deepEqual(update(four.map((one) => ({ ...one, ready: one.replica !== 2 }))), ["update 2"]);
  });

  it("is taken back in the same way", () => {
    const back = four.map((one) => ({ ...one, generation: one.replica === 3 ? 3 : 2 }));
    assert.deepEqual(update(back), ["update 3"]);
  });
});
