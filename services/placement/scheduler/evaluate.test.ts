import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type InputChanges,
  input,
  instance,
  type NodeChanges,
  node,
  snapshot,
} from "../../../test/support/scheduler-builders.js";
import { able, candidatesOf, evaluate, fitsLimit } from "./evaluate.js";
import { REFUSAL } from "./refusals.js";
import type { InstanceView, PlacementPolicy, Refusal } from "./types.js";

interface Facts {
  readonly on?: NodeChanges;
  readonly of?: Partial<InstanceView>;
  readonly asked?: InputChanges["constraints"];
  readonly policy?: Partial<PlacementPolicy>;
}

function refusalOf({ on = {}, of = {}, asked = {}, policy = {} }: Facts): Refusal | undefined {
  const vm = node("vm-1", "vm", on);
  const all = candidatesOf(snapshot([vm], [instance(vm, "a", of)]));
  return evaluate(all, input({ constraints: asked }), { name: "p", ...policy })[0]?.refusal;
}

/** Each with a fact that alone is enough for it, in the order in which they count. */
const IN_ORDER: readonly [Refusal, Facts][] = [
  [REFUSAL.kindNotAllowed, { asked: { kinds: ["container"] } }],
  [REFUSAL.kindNotInPolicy, { policy: { kinds: ["serverless"] } }],
  [REFUSAL.labelMismatch, { asked: { nodeLabels: { gpu: "a" } } }],
  [REFUSAL.zoneNotAllowed, { asked: { zones: ["z"] } }],
  [REFUSAL.instanceExcluded, { asked: { excludedInstanceIds: ["a"] } }],
  [REFUSAL.payloadTooLarge, { of: { payloadLimitBytes: 1023 } }],
  [REFUSAL.overPriceCap, { policy: { refuse: () => REFUSAL.overPriceCap } }],
  [REFUSAL.nodeLost, { on: { health: "lost" } }],
  [REFUSAL.nodeCordoned, { on: { scheduling: "cordoned" } }],
  [REFUSAL.instanceNotReady, { of: { state: "starting" } }],
  [REFUSAL.noFreeSlot, { of: { inFlight: 1 } }],
];

function both(a: Facts, b: Facts): Facts {
  return {
    on: { ...a.on, ...b.on },
    of: { ...a.of, ...b.of },
    asked: { ...a.asked, ...b.asked },
    policy: { ...a.policy, ...b.policy },
  };
}

describe("an instance is refused", () => {
  for (const [at, [refusal, facts]] of IN_ORDER.entries()) {
    it(`with ${refusal.reason}, ${refusal.kind}, whatever holds of those after it`, () => {
      assert.equal(refusalOf(facts), refusal);
      for (const [other, more] of IN_ORDER.slice(at + 1)) assert.equal(refusalOf(both(more, facts)), refusal, other.reason);
    });
  }
  it("with NODE_DRAINING on a node that is emptied", () => {
    assert.equal(refusalOf({ on: { scheduling: "draining" } }), REFUSAL.nodeDraining);
  });
  for (const state of ["starting", "unhealthy", "stopping", "failed"] as const) {
    it(`with INSTANCE_NOT_READY while it is ${state}`, () =>
      assert.equal(refusalOf({ of: { state } }), REFUSAL.instanceNotReady));
  }
  it("for good by no reason that follows one for now", () => {
    const kinds = IN_ORDER.map(([{ kind }]) => kind);
    assert.deepEqual(kinds, [...kinds].sort());
  });
});

describe("an instance can take the request", () => {
  const cases: [string, Facts][] = [
    ["while one of its slots is free", { of: { concurrency: 3, inFlight: 2 } }],
    ["when the body is exactly its limit", { of: { payloadLimitBytes: 1024 } }],
    ["on a suspect node", { on: { health: "suspect", ageMs: 9000 } }],
    ["though a request has just failed on it", { of: { suspect: true } }],
    [
      "when its node carries more labels than are asked for",
      { on: { labels: { gpu: "a", disk: "b" } }, asked: { nodeLabels: { gpu: "a" } } },
    ],
    ["in any of the zones allowed", { on: { zone: "b" }, asked: { zones: ["a", "b"] } }],
    ["when others are excluded", { asked: { excludedInstanceIds: ["b", "c"] } }],
    ["beyond its slots, as far as the policy lets requests queue", { of: { inFlight: 3, queued: 1 }, policy: { queueDepth: 4 } }],
  ];
  for (const [what, facts] of cases) it(what, () => assert.equal(refusalOf(facts), undefined));
});

describe("an instance is full", () => {
  const queueing: Partial<PlacementPolicy> = { queueDepth: 4 };
  const cases: [string, Facts][] = [
    ["when it has just refused a request, though slots are free", { of: { concurrency: 9, throttled: true } }],
    ["without any slot", { of: { concurrency: 0 } }],
    ["when it holds more than it has slots for", { of: { concurrency: 2, inFlight: 5 } }],
    ["when what waits in it fills the policy's queue", { of: { inFlight: 4, queued: 1 }, policy: queueing }],
    ["when it is a function, which has no queue", { of: { kind: "serverless", inFlight: 1 }, policy: queueing }],
    ["without any slot, however deep the queue may be", { of: { concurrency: 0 }, policy: queueing }],
  ];
  for (const [what, facts] of cases) it(what, () => assert.equal(refusalOf(facts), REFUSAL.noFreeSlot));
});

describe("evaluate", () => {
  const vm = node("vm-1", "vm");
  it("looks at no instance of another application", () => {
    const all = candidatesOf(snapshot([vm], [instance(vm, "a", { application: "other" }), instance(vm, "b")]));
    const found = evaluate(all, input(), { name: "p" });
    assert.deepEqual(
      found.map(({ candidate }) => candidate.instance.instanceId),
      ["b"],
    );
  });
  it("finds able exactly those that it does not refuse", () => {
    const suspect = node("vm-2", "vm", { health: "suspect" });
    const instances = [instance(vm, "full", { inFlight: 1 }), instance(vm, "free"), instance(suspect, "old")];
    const { trusted, doubtful } = able(candidatesOf(snapshot([vm, suspect], instances)), input(), { name: "p" });
    assert.deepEqual(
      [trusted, doubtful].map((list) => list.map(({ instance: { instanceId } }) => instanceId)),
      [["free"], ["old"]],
    );
  });
});

describe("candidatesOf", () => {
  it("leaves out an instance whose node is not known", () => {
    const [known, gone] = [node("vm-1", "vm"), node("vm-2", "vm")];
    assert.equal(candidatesOf(snapshot([known], [instance(known, "a"), instance(gone, "b")])).length, 1);
  });
});

describe("fitsLimit", () => {
  const cases: [number, number, boolean][] = [
    [10, 10, true],
    [11, 10, false],
    [11, 0, true],
    [0, 10, true],
  ];
  for (const [size, limit, fits] of cases)
    it(`says ${fits} of ${size} B under ${limit}`, () => assert.equal(fitsLimit(size, limit), fits));
});
