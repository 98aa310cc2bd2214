import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type InputChanges, input, instance, node, snapshot } from "../../../test/support/scheduler-builders.js";
import { decide } from "./decide.js";
import { MAX_TRACED_CANDIDATES } from "./trace.js";
import type { Decision, InstanceView, NodeView, PlacementPolicy } from "./types.js";

const firstOfAll: PlacementPolicy = { name: "first-of-all" };

function decideOne(nodeChanges: Partial<NodeView>, instanceChanges: Partial<InstanceView>, changes: InputChanges = {}): Decision {
  const vm = node("vm-1", "vm", nodeChanges);
  return decide(snapshot([vm], [instance(vm, "a", instanceChanges)]), input(changes), firstOfAll);
}

function chosen(decision: Decision): string {
  assert.equal(decision.type, "placed");
  return decision.candidate.instance.instanceId;
}

describe("decide refuses an instance", () => {
  const onlyVm = [{ kind: "vm", payloadLimitBytes: 0 } as const];
  const cases: [string, Partial<NodeView>, Partial<InstanceView>, InputChanges, string, "never" | "retryLater"][] = [
    ["of a kind that the request excludes", {}, {}, { constraints: { kinds: ["container"] } }, "NO_INSTANCE", "retryLater"],
    ["on a node without the label", {}, {}, { constraints: { nodeLabels: { gpu: "a" } } }, "LABEL_MISMATCH", "never"],
    ["in another zone", { zone: "a" }, {}, { constraints: { zones: ["b"] } }, "ZONE_NOT_ALLOWED", "never"],
    ["that the request names", {}, {}, { constraints: { excludedInstanceIds: ["a"] } }, "INSTANCE_EXCLUDED", "never"],
    ["whose payload limit is exceeded", {}, { payloadLimitBytes: 10 }, {}, "PAYLOAD_TOO_LARGE", "never"],
    ["on a lost node", { health: "lost" }, {}, {}, "NODE_LOST", "retryLater"],
    ["on a cordoned node", { scheduling: "cordoned" }, {}, {}, "NODE_CORDONED", "retryLater"],
    ["on a draining node", { scheduling: "draining" }, {}, {}, "NODE_DRAINING", "retryLater"],
    ["that starts", {}, { state: "starting" }, {}, "INSTANCE_NOT_READY", "retryLater"],
    ["that is unhealthy", {}, { state: "unhealthy" }, {}, "INSTANCE_NOT_READY", "retryLater"],
    ["without a free slot", {}, { inFlight: 1 }, {}, "NO_FREE_SLOT", "retryLater"],
    ["that has just refused a request", {}, { throttled: true }, {}, "NO_FREE_SLOT", "retryLater"],
  ];
  for (const [what, nodeChanges, instanceChanges, changes, reason, kind] of cases) {
    it(`${what}: ${reason}`, () => {
      const implementations = changes.constraints?.kinds === undefined ? onlyVm : input().implementations;
      const decision = decideOne(nodeChanges, instanceChanges, { implementations, ...changes });
      assert.equal(decision.type, "refused");
      assert.deepEqual(decision.refusal, { reason, kind });
    });
  }
});

describe("decide tells whether waiting may help", () => {
  it("never, when the body is over the limit of every form", () => {
    const implementations = [{ kind: "serverless", payloadLimitBytes: 100 } as const];
    const decision = decide(snapshot([], []), input({ sizeBytes: 101, implementations }), firstOfAll);
    assert.equal(decision.type, "refused");
    assert.deepEqual(decision.refusal, { reason: "PAYLOAD_TOO_LARGE", kind: "never" });
    assert.match(decision.message, /101 B is more than any form of app takes/);
  });
  it("never, when no form is of a kind that the policy uses", () => {
    const implementations = [{ kind: "container", payloadLimitBytes: 0 } as const];
    const decision = decide(snapshot([], []), input({ implementations }), { name: "p", kinds: ["vm"] });
    assert.equal(decision.type, "refused");
    assert.equal(decision.refusal.reason, "NO_IMPLEMENTATION");
  });
  it("later, when a form has no instance yet", () => {
    const decision = decide(snapshot([], []), input(), firstOfAll);
    assert.equal(decision.type, "refused");
    assert.deepEqual(decision.refusal, { reason: "NO_INSTANCE", kind: "retryLater" });
  });
  it("later, when one instance is full and another could never take the body", () => {
    const [vm, fn] = [node("vm-1", "vm"), node("fn-1", "serverless")];
    const fleet = snapshot([vm, fn], [instance(vm, "a", { inFlight: 1 }), instance(fn, "f", { payloadLimitBytes: 10 })]);
    const decision = decide(fleet, input(), firstOfAll);
    assert.equal(decision.type, "refused");
    assert.equal(decision.refusal.reason, "NO_FREE_SLOT");
    assert.deepEqual(decision.trace.refusedCounts, { NO_FREE_SLOT: 1, PAYLOAD_TOO_LARGE: 1 });
  });
});

describe("decide weighs trust", () => {
  const fresh = node("vm-1", "vm");
  const older = node("vm-2", "vm", { health: "suspect", ageMs: 5000 });
  const young = node("vm-3", "vm", { health: "suspect", ageMs: 4000 });

  it("takes a loaded fresh node before an idle suspect one", () => {
    const fleet = snapshot([fresh, older], [instance(older, "b"), instance(fresh, "a", { concurrency: 4, inFlight: 3 })]);
    const decision = decide(fleet, input(), firstOfAll);
    assert.equal(chosen(decision), "a");
    assert.equal(decision.trace.stale, false);
  });
  it("takes the youngest telemetry when all of it is old, whatever the load, and says so", () => {
    const fleet = snapshot([older, young], [instance(older, "b"), instance(young, "c", { concurrency: 2, inFlight: 1 })]);
    const decision = decide(fleet, input(), firstOfAll);
    assert.equal(chosen(decision), "c");
    assert.equal(decision.trace.stale, true);
    assert.match(decision.trace.steps.join(" "), /No trusted instance is free/);
  });
  it("uses a suspect node rather than refuse when the fresh ones are full", () => {
    const fleet = snapshot([fresh, older], [instance(fresh, "a", { inFlight: 1 }), instance(older, "b")]);
    assert.equal(chosen(decide(fleet, input(), firstOfAll)), "b");
  });
  it("passes by an instance to which a request has just failed", () => {
    const fleet = snapshot(
      [fresh],
      [instance(fresh, "a", { suspect: true }), instance(fresh, "b", { concurrency: 4, inFlight: 3 })],
    );
    assert.equal(chosen(decide(fleet, input(), firstOfAll)), "b");
  });
  it("uses that instance when there is no other, and does not call the telemetry stale", () => {
    const decision = decide(snapshot([fresh], [instance(fresh, "a", { suspect: true })]), input(), firstOfAll);
    assert.equal(chosen(decision), "a");
    assert.equal(decision.trace.stale, false);
  });
});

describe("decide orders equals", () => {
  it("by requests per slot, then node id, then instance id", () => {
    const [one, two] = [node("n-1", "vm"), node("n-2", "vm")];
    const fleet = snapshot(
      [one, two],
      [
        instance(two, "a"),
        instance(one, "c"),
        instance(one, "b"),
        instance(one, "a", { concurrency: 2, inFlight: 1 }),
        instance(two, "d", { concurrency: 4, inFlight: 1 }),
      ],
    );
    const { trace } = decide(fleet, input(), firstOfAll);
    assert.deepEqual(
      trace.candidates.map((candidate) => `${candidate.nodeId}/${candidate.instanceId}`),
      ["n-1/b", "n-1/c", "n-2/a", "n-2/d", "n-1/a"],
    );
  });
});

describe("decide predicts", () => {
  it("transfer from bandwidth, service from the mean, a cold start only without an idle worker", () => {
    const fn = node("fn-1", "serverless", { networkBytesPerSecond: 1024 });
    const times = { serviceTime: { count: 2, sumMs: 30 }, coldStart: { count: 1, sumMs: 200 } };
    const at = (idleWorkers: number) =>
      decide(snapshot([fn], [instance(fn, "f", { ...times, idleWorkers })]), input(), firstOfAll);
    const [cold, warm] = [at(0), at(1)];
    assert.ok(cold.type === "placed" && warm.type === "placed");
    assert.deepEqual(cold.predicted, { transferMs: 1000, waitMs: 0, serviceMs: 15, coldStartMs: 200 });
    assert.equal(warm.predicted.coldStartMs, 0);
  });
});

describe("decide traces", () => {
  it("at most 20 candidates of any number", () => {
    const vm = node("vm-1", "vm");
    const instances = Array.from({ length: 50 }, (_, at) => instance(vm, `i-${at}`));
    const { trace } = decide(snapshot([vm], instances), input(), firstOfAll);
    assert.equal(trace.candidatesConsidered, 50);
    assert.equal(trace.candidates.length, MAX_TRACED_CANDIDATES);
  });
  it("feasible candidates before refused ones, each with its refusal", () => {
    const vm = node("vm-1", "vm");
    const { trace } = decide(snapshot([vm], [instance(vm, "a", { inFlight: 1 }), instance(vm, "b")]), input(), firstOfAll);
    assert.deepEqual(
      trace.candidates.map(({ instanceId, refusal }) => [instanceId, refusal]),
      [
        ["b", ""],
        ["a", "NO_FREE_SLOT"],
      ],
    );
  });
  it("only the parameters that the policy reads", () => {
    const vm = node("vm-1", "vm");
    const policy: PlacementPolicy = { name: "p", parameters: ["F"] };
    const { trace } = decide(snapshot([vm], [instance(vm, "a")]), input(), policy);
    assert.deepEqual(trace.parameters, { F: 10 });
  });
});

describe("decide looks at nothing", () => {
  it("of another application", () => {
    const vm = node("vm-1", "vm");
    const { trace } = decide(snapshot([vm], [instance(vm, "a", { application: "other" })]), input(), firstOfAll);
    assert.equal(trace.candidatesConsidered, 0);
  });
});
