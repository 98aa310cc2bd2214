import assert from "node:assert/strict";
import { test } from "node:test";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { NodeState } from "../state/index.js";
import { freeGpusOf, jobNodes, reservedByNode } from "./fleet-view.js";

const RESOURCES = { cpuMillicores: 1000, memoryBytes: 100 };

function gpuNode(nodeId: string, gpuCount: number): NodeState {
  const telemetry = { impairment: "", capacity: { cpuMillicores: 8000, memoryBytes: 800, gpuCount } };
  return { nodeId, kind: "container", health: "fresh", scheduling: "open", telemetry } as unknown as NodeState;
}

function instance(nodeId: string, gpus: number, gpuDevices: number[] = []): Assignment__Output {
  return {
    nodeId,
    application: "digits",
    implementation: { resources: { ...RESOURCES, gpus } },
    gpuDevices,
  } as unknown as Assignment__Output;
}

/** A job whose stage has these GPUs of a node. */
function jobOn(nodeId: string, gpuDevices: number[], finishedAtMs = 0): Job__Output {
  const attempts = [{ nodeId, gpuDevices, finishedAtMs }];
  const spec = { stages: [{ resources: { ...RESOURCES, gpus: gpuDevices.length } }] };
  return { jobId: "train-1", state: "JOB_STATE_RUNNING", spec, stages: [{ attempts }] } as unknown as Job__Output;
}

test("of a node are free what neither instances nor stages have been promised, GPUs by number", () => {
  const nodes = [gpuNode("c1", 4), gpuNode("c2", 2)];
  const [one, two] = jobNodes(nodes, [instance("c1", 1), instance("c2", 2)], [jobOn("c1", [2]), jobOn("c1", [3], 5)]);
  assert.deepEqual(one?.freeGpus, [1, 3], "0 is an instance's, 2 a running stage's");
  assert.deepEqual(one?.used, { cpuMillicores: 2000, memoryBytes: 200, gpus: 2 });
  assert.deepEqual([...(one?.usedBy.keys() ?? [])], ["digits", "job train-1"]);
  assert.deepEqual(two?.freeGpus, []);
});

test("an instance with numbers has those, one without the first ones", () => {
  const numbered = [instance("c1", 2, [1, 3])];
  assert.deepEqual(freeGpusOf(gpuNode("c1", 5), numbered, [jobOn("c1", [0])]), [2, 4]);
  assert.deepEqual(freeGpusOf(gpuNode("c1", 5), [...numbered, instance("c1", 1)], []), [2, 4]);
});

test("reserved on a node is what its instances and its running stages have been promised", () => {
  const reserved = reservedByNode(
    [instance("c1", 1), instance("c1", 0), instance("c2", 2)],
    [jobOn("c1", [2]), jobOn("c1", [3], 5)],
  );
  assert.deepEqual(Object.fromEntries(reserved), {
    c1: { cpuMillicores: 3000, memoryBytes: 300, gpus: 2 },
    c2: { cpuMillicores: 1000, memoryBytes: 100, gpus: 2 },
  });
});
