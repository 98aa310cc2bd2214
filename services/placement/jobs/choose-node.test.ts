import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobStage__Output } from "../../../proto/gen/straightline/v1/JobStage.js";
import { chooseNode, type JobNode } from "./choose-node.js";

const MIB = 1024 ** 2;

function node(nodeId: string, changes: Partial<JobNode> = {}): JobNode {
  const kind = nodeId.startsWith("c") ? "container" : "vm";
  const capacity = { cpuMillicores: 4000, memoryBytes: 4096 * MIB, gpus: 2 };
  const used = { cpuMillicores: 0, memoryBytes: 0, gpus: 0 };
  return { nodeId, kind, open: true, capacity, used, usedBy: new Map(), freeGpus: [], ...changes };
}

function stage(kinds: JobStage__Output["kinds"], gpus = 0): JobStage__Output {
  return {
    ...{ name: "s", command: ["x"], image: "i", environment: {}, inputs: [], outputs: [], gates: [], retries: 0, timeoutMs: 1 },
    ...{ kinds, resources: { cpuMillicores: 1000, memoryBytes: 512 * MIB, gpus } },
  };
}

const VM = stage(["NODE_KIND_VM"]);
const EITHER = stage(["NODE_KIND_CONTAINER", "NODE_KIND_VM"]);
const USED = { cpuMillicores: 3001, memoryBytes: 0, gpus: 2 };
const busy = { used: USED, usedBy: new Map([["job train-1", USED]]) };

const CASES: [string, JobStage__Output, JobNode[], string[], string][] = [
  ["the first by id, all else equal", VM, [node("v2"), node("v1")], [], "v1"],
  ["the one with more CPU free", VM, [node("v1", { used: { cpuMillicores: 1, memoryBytes: 0, gpus: 0 } }), node("v2")], [], "v2"],
  ["the kind that is liked best", EITHER, [node("v1"), node("c1")], [], "c1"],
  ["the other kind where that has failed", EITHER, [node("v1"), node("c1")], ["c1"], "v1"],
  ["the one that was tried, when there is no other", VM, [node("v1")], ["v1", "v1"], "v1"],
  [
    "one with a GPU free",
    stage(["NODE_KIND_VM"], 2),
    [node("v1", { freeGpus: [0] }), node("v2", { freeGpus: [1, 3, 4] })],
    [],
    "v2",
  ],
  ["nowhere before a node has joined", VM, [node("c1")], [], "waits for a vm node to join"],
  [
    "nowhere while all are closed",
    EITHER,
    [node("v1", { open: false })],
    [],
    "waits: every container or vm node is cordoned, impaired or silent",
  ],
  [
    "nowhere while all are full, of which each is named with what it lacks",
    VM,
    [node("v1", busy), node("v2", { used: { ...USED, cpuMillicores: 0, memoryBytes: 4000 * MIB } })],
    [],
    "waits: no vm node has 1000m CPU, 512 MiB memory free: v1: 999m of 4000m CPU are free, 1000m are asked (held by job train-1 3001m); " +
      "v2: 96 MiB of 4096 MiB are free, 512 MiB are asked",
  ],
  [
    "nowhere while others have the GPUs",
    stage(["NODE_KIND_VM"], 1),
    [node("v1", busy)],
    [],
    "waits: no vm node has 1000m CPU, 512 MiB memory and 1 GPU free: v1: 0 of 2 GPUs are free, 1 is asked (held by job train-1 2)",
  ],
];
for (const [what, asked, nodes, tried, expected] of CASES) {
  test(`a stage runs ${what}`, () => {
    const choice = chooseNode(asked, nodes, tried);
    assert.equal(choice.ok ? choice.nodeId : choice.reason, expected);
  });
}

test("a stage gets as many GPUs as it asks for, by number", () => {
  const choice = chooseNode(stage(["NODE_KIND_VM"], 2), [node("v1", { freeGpus: [1, 3, 4] })], []);
  assert.deepEqual(choice, { ok: true, nodeId: "v1", gpuDevices: [1, 3] });
});
