import { join } from "node:path";
import { type AgentConfig, agentSchema, runAgent } from "../common/index.js";
import { detectLimitBackend } from "../common/process/index.js";
import { createVmDriver } from "./index.js";

await runAgent<AgentConfig>({
  process,
  name: "agent-vm",
  schema: agentSchema("vm", "keep"),
  createDriver: ({ config, env, now }) =>
    createVmDriver({
      directory: join(config.stateDirectory, "instances"),
      stageDirectory: join(config.stateDirectory, "stage-processes"),
      limits: detectLimitBackend(`straightline-${config.nodeId}`),
      host: config.advertisedHost,
      env,
      otlpEndpoint: config.observe.otlpEndpoint,
      now,
    }),
});
