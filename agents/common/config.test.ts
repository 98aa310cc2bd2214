import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../services/common/config/index.js";
import { type AgentConfig, agentSchema, defaultNodeId, resolveDirectories } from "./config.js";

test("the default node id is made of host and kind, of characters that a subject may hold", () => {
  assert.equal(defaultNodeId("my.host.example", "vm"), "my-host-example-vm");
  assert.equal(defaultNodeId("", "vm"), "node-vm");
  assert.equal(defaultNodeId("x".repeat(100), "serverless").length, 63);
});

test("directories follow the node id unless they are given", () => {
  const args = ["--node-id", "n1", "--cache-directory", "/cache", "--labels", "gpu=no,rack=7"];
  const config = resolveDirectories(loadConfig<AgentConfig>(agentSchema("vm", "keep"), { env: {}, args }) as AgentConfig);
  assert.match(config.stateDirectory, /\.straightline\/agents\/n1$/);
  assert.equal(config.cacheDirectory, "/cache");
  assert.deepEqual(config.labels, { gpu: "no", rack: "7" });
  assert.equal(config.onStop, "keep");
});
