import assert from "node:assert/strict";
import { it } from "node:test";
import { createSilenceTeller } from "./silence.js";

it("the silence of nodes is told once, with its age, and so is its end", () => {
  const lines: string[] = [];
  const see = createSilenceTeller((line) => lines.push(line));
  for (const fleetSilentMs of [0, 30_000, 31_000, 0, 0]) see({ fleetSilentMs });
  assert.deepEqual(lines, [
    "placement has heard no node for 30s: NATS or the agents do not answer, and what it shows is as old",
    "nodes are heard again",
  ]);
});
