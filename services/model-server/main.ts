import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runDaemon } from "../common/lifecycle/index.js";
import { protoDirectory } from "../common/wire/index.js";
import { loadModelServerConfig } from "./config.js";
import { startModelServer } from "./server.js";
import { tracedStart } from "./traced-start.js";

/** Beyond the requests under way: sending the last spans. */
const STOP_MARGIN_MS = 1000;

await runDaemon({
  process,
  name: "model-server",
  readConfig: ({ env, args }) => loadModelServerConfig(env, args),
  stopTimeoutMs: (config) => config.drainTimeoutMs + STOP_MARGIN_MS,
  start: async ({ config: { observe: _observe, metrics: _metrics, models, ...rest }, log, tracing, metrics }) => {
    const traceparent = process.env["TRACEPARENT"];
    const server = await tracedStart(tracing, traceparent, () =>
      startModelServer({
        ...rest,
        traceparent,
        models: models === "" ? join(dirname(fileURLToPath(import.meta.url)), "models") : models,
        protoDirectory: protoDirectory(),
        log,
        tracing,
        metrics,
        now: () => performance.now(),
      }),
    );
    return server.stopSteps;
  },
});
