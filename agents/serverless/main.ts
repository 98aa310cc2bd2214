import { join } from "node:path";
import { type AgentConfig, agentSchema, runAgent } from "../common/index.js";
import { detectLimitBackend } from "../common/process/index.js";
import { createServerlessDriver } from "./index.js";

await runAgent<AgentConfig>({
  process,
  name: "agent-serverless",
  schema: agentSchema("serverless", "stop"),
  createDriver: ({ config, env, log, tracing, metrics, now }) =>
    createServerlessDriver({
      directory: join(config.stateDirectory, "workers"),
      limits: detectLimitBackend(`straightline-${config.nodeId}`),
      host: config.advertisedHost,
      env,
      otlpEndpoint: config.observe.otlpEndpoint,
      startTimeoutMs: config.startTimeoutMs,
      tracing,
      metrics,
      log,
      now,
    }),
});
