import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import type { JobSpec, JobSpec__Output } from "../../../proto/gen/straightline/v1/JobSpec.js";
import { messageCodec } from "../../common/wire/index.js";
import { readJob } from "./read-job.js";
import { resourceFaults } from "./workload-faults.js";

const codec = messageCodec<JobSpec, JobSpec__Output>("JobSpec");

function jobWith(gpus: number): JobSpec__Output {
  const resources = { cpuMillicores: 1000, memoryBytes: 1024 ** 3, gpus };
  return codec.decode(codec.encode({ name: "train", stages: [{ name: "fit", command: ["python3"], resources }] }));
}

describe("GPUs", () => {
  it("have the same bound for an instance and for a stage", () => {
    assert.deepEqual(resourceFaults("r", { cpuMillicores: 1, memoryBytes: 1024 ** 2, gpus: 1024 }), []);
    assert.equal(resourceFaults("r", { cpuMillicores: 1, memoryBytes: 1024 ** 2, gpus: 1025 }).length, 1);
    assert.equal(readJob(jobWith(1024)).stages[0]?.resources?.gpus, 1024);
    assert.throws(() => readJob(jobWith(1025)), /spec\.stages\[0\]\.resources\.gpus: must be 0 to 1024; got 1025/);
  });
});

test("memory that no process could start in is refused", () => {
  const [fault] = resourceFaults("r", { cpuMillicores: 1, memoryBytes: 1024 ** 2 - 1, gpus: 0 });
  assert.equal(fault?.description, "must be 1048576 to 1125899906842624; got 1048575; give bytes");
});
