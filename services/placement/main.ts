import { causeChain, StraightLineError } from "../common/errors/index.js";
import { runLifecycle } from "../common/lifecycle/index.js";
import { createLogger, createTracing } from "../common/observe/index.js";
import { loadPlacementConfig, type PlacementConfig } from "./config.js";
import { startPlacement } from "./placement.js";

const NAME = "placement";

function readConfig(): PlacementConfig {
  try {
    return loadPlacementConfig({ env: process.env, args: process.argv.slice(2) });
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    createLogger(NAME, "info").fatal({ code, chain: causeChain(error) }, message);
    process.exit(1);
  }
}

const config = readConfig();
const log = createLogger(NAME, config.observe.logLevel);

await runLifecycle({
  process,
  log,
  stopTimeoutMs: config.placement.stopTimeoutMs,
  start: async () => {
    const { otlpEndpoint, sampleRatio } = config.observe;
    const tracing = await createTracing({ serviceName: "straightline-placement", otlpEndpoint, sampleRatio });
    // Steady, so that a step of the system's clock makes no node lost and no lease end.
    const now = (): number => performance.timeOrigin + performance.now();
    const placement = await startPlacement({ config, log, tracing, now });
    log.info({ port: placement.port, policy: config.placement.policy }, "listening");
    return [...placement.stopSteps, { name: "flush telemetry", run: () => tracing.shutdown() }];
  },
});
