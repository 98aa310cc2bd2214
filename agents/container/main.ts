import { runAgent } from "../common/index.js";
import { type ContainerAgentConfig, containerAgentSchema } from "./config.js";
import { createContainerDriver } from "./index.js";

await runAgent<ContainerAgentConfig>({
  process,
  name: "agent-container",
  schema: containerAgentSchema,
  createDriver: ({ config, log, tracing, now }) =>
    createContainerDriver({
      nodeId: config.nodeId,
      socketPath: config.dockerSocket,
      advertisedHost: config.advertisedHost,
      pullTimeoutMs: config.pullTimeoutMs,
      runtime: process.execPath,
      otlpEndpoint: config.observe.otlpEndpoint,
      now,
      log,
      tracing,
    }),
});
