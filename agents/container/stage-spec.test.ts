import assert from "node:assert/strict";
import { test } from "node:test";
import { runFolder } from "../common/jobs/index.js";
import { stageSpec } from "./stage-spec.js";

const STAGE = {
  runId: "digits-1-train-1",
  folder: runFolder("/state/stages", "digits-1-train-1"),
  command: ["python3", "train.py"],
  image: "python:3.11-slim",
  environment: { EPOCHS: "20" },
  limits: { cpuMillicores: 8000, memoryBytes: 1024 },
  gpuDevices: [],
};
const OPTIONS = { nodeId: "gpu-1", engineCores: 4, user: "1000:1000" };

test("a stage's container sees its folder, as the agent's user, within its limits", () => {
  const spec = stageSpec(STAGE, OPTIONS);
  assert.deepEqual(spec.HostConfig?.Binds, ["/state/stages/digits-1-train-1/stage:/straightline"]);
  assert.equal(spec.WorkingDir, "/straightline/work");
  assert.equal(spec.User, "1000:1000");
  assert.equal(spec.HostConfig?.NanoCpus, 4e9, "no more than the engine has");
  assert.equal(spec.HostConfig?.MemorySwap, 1024);
  assert.deepEqual(spec.Cmd, ["python3", "train.py"]);
  assert.ok(spec.Env?.includes("EPOCHS=20") && spec.Env.includes("STRAIGHTLINE_OUTPUTS=/straightline/outputs"));
  assert.equal(spec.HostConfig?.DeviceRequests, undefined);
  assert.ok(spec.Env?.includes("NVIDIA_VISIBLE_DEVICES=void"), "an image that asks for all GPUs gets none");
});

test("a stage without a command runs the image's own, and one with GPUs sees those alone", () => {
  const spec = stageSpec({ ...STAGE, command: [], gpuDevices: [1, 3] }, OPTIONS);
  assert.equal("Cmd" in spec, false);
  assert.deepEqual(spec.HostConfig?.DeviceRequests, [{ Driver: "nvidia", DeviceIDs: ["1", "3"], Capabilities: [["gpu"]] }]);
  assert.ok(!spec.Env?.some((variable) => variable.startsWith("NVIDIA_VISIBLE_DEVICES=")), "the engine says which");
});
