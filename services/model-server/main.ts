import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { causeChain, StraightLineError } from "../common/errors/index.js";
import { runLifecycle } from "../common/lifecycle/index.js";
import { createLogger, createTracing } from "../common/observe/index.js";
import { protoDirectory } from "../common/wire/index.js";
import { loadModelServerConfig } from "./config.js";
import { startModelServer } from "./server.js";

const SERVICE_NAME = "straightline-model-server";

async function main(): Promise<void> {
  const config = loadModelServerConfig(process.env, process.argv.slice(2));
  const { observe, models, ...rest } = config;
  const log = createLogger(SERVICE_NAME, observe.logLevel);
  await runLifecycle({
    process,
    log,
    stopTimeoutMs: config.drainTimeoutMs + 1000,
    start: async () => {
      const tracing = await createTracing({ serviceName: SERVICE_NAME, ...observe });
      const server = await startModelServer({
        ...rest,
        models: models === "" ? join(dirname(fileURLToPath(import.meta.url)), "models") : models,
        protoDirectory: protoDirectory(),
        log,
        tracing,
        now: () => performance.now(),
      });
      return [...server.stopSteps, { name: "flush traces", run: () => tracing.shutdown() }];
    },
  });
}

// A configuration that is wrong ends the process before the lifecycle begins.
main().catch((thrown: unknown) => {
  createLogger(SERVICE_NAME, "info").fatal({ chain: causeChain(thrown) }, StraightLineError.from(thrown).message);
  process.exit(1);
});
