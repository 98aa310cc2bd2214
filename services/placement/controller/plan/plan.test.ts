import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { app, assigned, form, vm } from "../../../../test/support/plan-builders.js";
import { pick, seededRandom } from "../../../../test/support/scheduler-builders.js";
import { actionsOf, plan as planWhole } from "./plan.js";
import type { PlanAction, PlanApplication, PlanAssignment, PlanNode } from "./types.js";

function plan(
  applications: readonly PlanApplication[],
  nodes: readonly PlanNode[],
  assignments: readonly PlanAssignment[],
): PlanAction[] {
  return actionsOf(planWhole({ applications, nodes, assignments, updateShare: 1 }));
}

/** "+n1.app.0" creates, "~" updates, "-" removes. */
function written(actions: readonly PlanAction[]): string[] {
  return actions.map((action) => {
    if (action.type === "create") return `+${action.nodeId}.${action.application}.${action.replica}`;
    const { nodeId, application, replica } = action.assignment;
    return `${action.type === "update" ? "~" : "-"}${nodeId}.${application}.${replica}`;
  });
}

describe("plan", () => {
  const cases: [string, PlanApplication[], PlanNode[], PlanAssignment[], string[]][] = [
    ["spreads replicas over the nodes of the kind", [app(3)], [vm("n1"), vm("n2")], [], ["+n1.app.0", "+n2.app.1", "+n1.app.2"]],
    ["does nothing when all is as it should be", [app(1)], [vm("n1"), vm("n2")], [assigned("n2", 0)], []],
    [
      "takes the node with the fewest of all applications among equals",
      [app(1), app(1, { name: "other" })],
      [vm("n1"), vm("n2")],
      [assigned("n1", 0, { application: "other" })],
      ["+n2.app.0"],
    ],
    ["waits where no node of the kind is there", [app(1)], [{ ...vm("c1"), kind: "container" }], [], []],
    ["gives a cordoned node nothing new, and leaves it what it has", [app(2)], [vm("n1", "full")], [assigned("n1", 0)], []],
    ["moves what is on a lost node", [app(1)], [vm("n1", "lost"), vm("n2")], [assigned("n1", 0)], ["+n2.app.1", "-n1.app.0"]],
    ["keeps what is on a lost node where there is no other", [app(1)], [vm("n1", "lost")], [assigned("n1", 0)], []],
    ["takes a node it has never heard of for lost", [app(1)], [vm("n2")], [assigned("n1", 0)], ["+n2.app.1", "-n1.app.0"]],
    [
      "starts the replacement before a draining node gives up its own",
      [app(1)],
      [vm("n1", "draining"), vm("n2")],
      [assigned("n1", 0)],
      ["+n2.app.1"],
    ],
    [
      "leaves a draining node its own while the replacement is not ready",
      [app(1)],
      [vm("n1", "draining"), vm("n2")],
      [assigned("n1", 0), assigned("n2", 1, { ready: false })],
      [],
    ],
    [
      "empties a draining node once the replacement is ready",
      [app(1)],
      [vm("n1", "draining"), vm("n2")],
      [assigned("n1", 0), assigned("n2", 1)],
      ["-n1.app.0"],
    ],
    [
      "empties a draining node that has no other to give to",
      [app(1)],
      [vm("n1", "draining")],
      [assigned("n1", 0)],
      ["-n1.app.0"],
    ],
    ["removes what belongs to no application", [], [vm("n1")], [assigned("n1", 0)], ["-n1.app.0"]],
    [
      "removes a form that the application has no more",
      [app(1, { generation: 2, forms: [form("container", 1)] })],
      [vm("n1")],
      [assigned("n1", 0)],
      ["-n1.app.0"],
    ],
    [
      "removes an assignment whose node has become another kind",
      [app(1)],
      [{ ...vm("n1"), kind: "container" }],
      [assigned("n1", 0)],
      ["-n1.app.0"],
    ],
    [
      "rewrites assignments of an older generation, wherever they stand",
      [app(2, { generation: 2 })],
      [vm("n1"), vm("n2", "full")],
      [assigned("n1", 0), assigned("n2", 1)],
      ["~n1.app.0", "~n2.app.1"],
    ],
    [
      "removes what is too much, from the fullest node first",
      [app(1)],
      [vm("n1"), vm("n2")],
      [assigned("n1", 0), assigned("n1", 1), assigned("n2", 2)],
      ["-n1.app.0", "-n1.app.1"],
    ],
    [
      "numbers replicas across the kinds",
      [app(1, { forms: [form("vm", 1), form("container", 1)] })],
      [vm("n1"), { ...vm("c1"), kind: "container" }],
      [],
      ["+n1.app.0", "+c1.app.1"],
    ],
  ];
  for (const [what, applications, nodes, assignments, expected] of cases) {
    it(what, () => assert.deepEqual(written(plan(applications, nodes, assignments)), expected));
  }

  it("settles: applied again and again it comes to rest, with the replicas asked for wherever a node can take them", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const nodes = Array.from({ length: Math.floor(random() * 5) }, (_, at) =>
        vm(`n${at}`, pick(random, ["open", "open", "full", "draining", "lost"])),
      );
      let standing = Array.from({ length: Math.floor(random() * 5) }, (_, at) =>
        assigned(`n${Math.floor(random() * 6)}`, at, { ready: random() < 0.5 }),
      );
      const wanted = 1 + Math.floor(random() * 4);
      let rounds = 0;
      for (
        let actions = plan([app(wanted)], nodes, standing);
        actions.length > 0;
        actions = plan([app(wanted)], nodes, standing)
      ) {
        standing = apply(actions, standing).map((assignment) => ({ ...assignment, ready: true }));
        rounds += 1;
        assert.ok(rounds < 5, `seed ${seed} does not settle`);
      }
      const keys = standing.map(({ replica }) => replica);
      assert.equal(new Set(keys).size, keys.length, `seed ${seed}: a replica number stands twice`);
      if (nodes.some(({ status }) => status === "open")) {
        const living = standing.filter(({ nodeId }) =>
          ["open", "full"].includes(nodes.find((n) => n.nodeId === nodeId)?.status ?? ""),
        );
        assert.equal(living.length, wanted, `seed ${seed}`);
      }
    }
  });
});

function apply(actions: readonly PlanAction[], standing: readonly PlanAssignment[]): PlanAssignment[] {
  const removed = actions.flatMap((action) => (action.type === "remove" ? [action.assignment] : []));
  const created = actions.flatMap((action) =>
    action.type === "create" ? [assigned(action.nodeId, action.replica, { ready: false })] : [],
  );
  return [...standing.filter((assignment) => !removed.includes(assignment)), ...created];
}
