import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instance, type NodeChanges, node } from "../../../test/support/scheduler-builders.js";
import { compareCandidates, compareText, isSuspect } from "./order.js";
import type { Candidate, InstanceView } from "./types.js";

function candidate(
  nodeId: string,
  instanceId: string,
  { on = {}, of = {} }: { on?: NodeChanges; of?: Partial<InstanceView> } = {},
): Candidate {
  const view = node(nodeId, "vm", on);
  return { node: view, instance: instance(view, instanceId, of) };
}

const OLD: NodeChanges = { health: "suspect", ageMs: 9000 };
const YOUNG: NodeChanges = { health: "suspect", ageMs: 4000 };

describe("compareCandidates", () => {
  const cases: [string, Candidate, Candidate][] = [
    [
      "a loaded trusted one before an idle one with old telemetry",
      candidate("b", "b", { of: { concurrency: 4, inFlight: 3 } }),
      candidate("a", "a", { on: YOUNG }),
    ],
    [
      "a trusted one before one on which a request has failed",
      candidate("b", "b"),
      candidate("a", "a", { of: { suspect: true } }),
    ],
    [
      "of those in doubt the youngest telemetry, whatever the load",
      candidate("b", "b", { on: YOUNG, of: { concurrency: 4, inFlight: 3 } }),
      candidate("a", "a", { on: OLD }),
    ],
    [
      "of those in doubt with telemetry of one age the least load",
      candidate("b", "b", { on: OLD }),
      candidate("a", "a", { on: OLD, of: { concurrency: 4, inFlight: 3 } }),
    ],
    [
      "of those with a failure and telemetry on time the least load, whatever its age within the tick",
      candidate("b", "b", { on: { ageMs: 900 }, of: { suspect: true } }),
      candidate("a", "a", { on: { ageMs: 1 }, of: { suspect: true, concurrency: 4, inFlight: 3 } }),
    ],
    [
      "one with a failure and telemetry on time before one that is late",
      candidate("b", "b", { of: { suspect: true, concurrency: 4, inFlight: 3 } }),
      candidate("a", "a", { on: YOUNG }),
    ],
    [
      "the fewest requests per slot, not the fewest requests",
      candidate("b", "b", { of: { concurrency: 8, inFlight: 2 } }),
      candidate("a", "a", { of: { concurrency: 2, inFlight: 1 } }),
    ],
    [
      "the age of fresh telemetry counts for nothing",
      candidate("a", "a", { on: { ageMs: 900 } }),
      candidate("b", "b", { on: { ageMs: 1 } }),
    ],
    ["of equals the first node id", candidate("a", "z"), candidate("b", "a")],
    ["on one node the first instance id", candidate("a", "a"), candidate("a", "b")],
    ["capitals before small letters, as their code units have it", candidate("B", "a"), candidate("a", "a")],
    [
      "an instance without any slot last",
      candidate("b", "b", { of: { concurrency: 1, inFlight: 1 } }),
      candidate("a", "a", { of: { concurrency: 0 } }),
    ],
  ];
  for (const [what, first, second] of cases) {
    it(`puts ${what}`, () => {
      assert.ok(compareCandidates(first, second) < 0);
      assert.ok(compareCandidates(second, first) > 0);
    });
  }
  it("calls a candidate equal to itself alone", () =>
    assert.equal(compareCandidates(candidate("a", "a"), candidate("a", "a")), 0));
});

describe("isSuspect", () => {
  const cases: [string, Candidate, boolean][] = [
    ["a fresh node", candidate("a", "a"), false],
    ["a suspect node", candidate("a", "a", { on: YOUNG }), true],
    ["a failure on a fresh node", candidate("a", "a", { of: { suspect: true } }), true],
  ];
  for (const [what, of, expected] of cases) it(`says ${expected} of ${what}`, () => assert.equal(isSuspect(of), expected));
});

describe("compareText", () => {
  it("orders by code unit", () => assert.deepEqual(["b", "a", "B", "a10", "a9"].sort(compareText), ["B", "a", "a10", "a9", "b"]));
});
