import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSilence } from "./silence.js";

/** Nodes that tick once a second. */
function setUp() {
  const silence = createSilence({ suspectTicks: 3, lostTicks: 10 });
  return { silence, hear: (nodeId: string, nowMs: number) => silence.heard(nodeId, 1000, nowMs) };
}

describe("silence", () => {
  it("of all nodes at once is our own deafness, and stays counted after they are heard again", () => {
    const { silence, hear } = setUp();
    hear("a", 0);
    hear("b", 100);
    assert.equal(silence.deafMs(60_100), 60_000);
    hear("a", 60_100);
    hear("b", 60_200);
    assert.equal(silence.deafMs(60_300), 60_000);
    assert.equal(silence.deafMs(70_200), 70_000);
  });
  it("of a few ticks is none", () => {
    const { silence, hear } = setUp();
    hear("a", 0);
    hear("b", 0);
    assert.deepEqual([silence.deafMs(3000), silence.deafMs(3001)], [0, 3001]);
  });
  it("of one node while another speaks is that node's", () => {
    const { silence, hear } = setUp();
    hear("a", 0);
    for (let nowMs = 0; nowMs <= 20_000; nowMs += 1000) hear("b", nowMs);
    assert.equal(silence.deafMs(20_500), 0);
  });
  it("of the only node cannot be told from its loss", () => {
    const { silence, hear } = setUp();
    hear("a", 0);
    hear("a", 1000);
    assert.equal(silence.deafMs(60_000), 0);
  });
  it("of the last node, after the other was lost, is its own again", () => {
    const { silence, hear } = setUp();
    hear("a", 0);
    for (let nowMs = 0; nowMs <= 11_000; nowMs += 1000) hear("b", nowMs);
    assert.equal(silence.deafMs(60_000), 0);
  });
  it("before anything is heard is none", () => assert.equal(setUp().silence.deafMs(60_000), 0));
});
