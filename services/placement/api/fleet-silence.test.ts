import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { telemetry } from "../../../test/support/telemetry-builders.js";
import type { NodeState } from "../state/index.js";
import { fleetSilentMs } from "./fleet-silence.js";

function node(nodeId: string, changes: Partial<NodeState>): NodeState {
  const facts = { kind: "vm", health: "suspect", scheduling: "open", conflict: "" } as const;
  return { ...facts, nodeId, ageMs: 40_000, telemetry: telemetry(nodeId, "vm"), reservedSlots: {}, ...changes };
}

describe("the silence of a fleet", () => {
  const suspect = node("n1", {});

  it("is the age of the youngest telemetry where every node that is there is silent", () => {
    const lost = node("n3", { health: "lost", ageMs: 5000 });
    assert.equal(fleetSilentMs([suspect, node("n2", { ageMs: 30_000.4 }), lost]), 30_000);
  });

  it("is none where one node speaks, none has joined, placement has just begun to listen, or the bus only restarts", () => {
    assert.equal(fleetSilentMs([suspect, node("n2", { health: "fresh", ageMs: 100 })]), 0);
    assert.equal(fleetSilentMs([]), 0);
    assert.equal(fleetSilentMs([node("n1", { telemetry: undefined })]), 0);
    assert.equal(fleetSilentMs([suspect, node("n2", { ageMs: 2900 })]), 0);
  });
});
