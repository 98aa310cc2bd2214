import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ListNodesResponse, ListNodesResponse__Output } from "../../../proto/gen/straightline/v1/ListNodesResponse.js";
import type { Node } from "../../../proto/gen/straightline/v1/Node.js";
import { messageCodec } from "../../common/wire/index.js";
import { createOutages, silenceOf, type Trouble } from "./outages.js";

const AWAY: Trouble = { of: "placement", text: "no placement service answers" };
const SILENT: Trouble = { of: "nodes", text: "no node is heard" };

/** Lines told by looks, one a second. */
function told(looks: readonly (Trouble | undefined)[]): string[] {
  const lines: string[] = [];
  const outages = createOutages((line) => lines.push(line));
  for (const [second, trouble] of looks.entries()) outages.seen(trouble, second * 1000, second * 1000);
  return lines;
}

describe("an outage", () => {
  it("is told after a few seconds, once, and so is its end", () => {
    assert.deepEqual(told([undefined, AWAY, AWAY, AWAY]), []);
    assert.deepEqual(told([undefined, AWAY, AWAY, AWAY, AWAY, AWAY, AWAY]), [AWAY.text]);
    assert.deepEqual(told([AWAY, AWAY, AWAY, AWAY, undefined, undefined]), [AWAY.text, "the placement service answers again"]);
  });

  it("that is over sooner is not told", () => {
    assert.deepEqual(told([AWAY, AWAY, undefined, AWAY, AWAY, undefined]), []);
  });

  it("that becomes another one is told as that", () => {
    assert.deepEqual(told([AWAY, AWAY, AWAY, AWAY, SILENT, SILENT, undefined]), [
      AWAY.text,
      SILENT.text,
      "nodes are heard again",
    ]);
  });
});

describe("silence", () => {
  const codec = messageCodec<ListNodesResponse, ListNodesResponse__Output>("ListNodesResponse");
  const of = (nodes: Node[]): string | undefined => silenceOf(codec.decode(codec.encode({ nodes })).nodes);
  const suspect: Node = { nodeId: "n1", health: "NODE_HEALTH_SUSPECT", telemetryAgeMs: 40_000, telemetry: {} };

  it("is told with its age where every node that is there is silent", () => {
    const younger = { ...suspect, nodeId: "n2", telemetryAgeMs: 30_000 };
    const lost: Node = { ...suspect, health: "NODE_HEALTH_LOST", telemetryAgeMs: 900_000 };
    assert.match(of([suspect, younger, lost]) ?? "", /^placement has heard no node for 30s: NATS or the agents do not answer/);
  });

  it("is none where one node speaks, none has joined, or placement has just begun to listen", () => {
    assert.equal(of([suspect, { ...suspect, health: "NODE_HEALTH_FRESH" }]), undefined);
    assert.equal(of([]), undefined);
    assert.equal(of([{ ...suspect, telemetry: null }]), undefined);
  });
});
