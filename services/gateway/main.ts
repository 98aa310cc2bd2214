import { performance } from "node:perf_hooks";
import { causeChain, StraightLineError } from "../common/errors/index.js";
import { runLifecycle } from "../common/lifecycle/index.js";
import { createLogger, createTracing } from "../common/observe/index.js";
import { type GatewayConfig, loadGatewayConfig } from "./config.js";
import { startGateway } from "./gateway.js";

const NAME = "gateway";

function readConfig(): GatewayConfig {
  try {
    return loadGatewayConfig({ env: process.env, args: process.argv.slice(2) });
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
  stopTimeoutMs: config.gateway.stopTimeoutMs,
  start: async () => {
    const { otlpEndpoint, sampleRatio } = config.observe;
    const tracing = await createTracing({ serviceName: "straightline-gateway", otlpEndpoint, sampleRatio });
    const gateway = await startGateway({ config, log, tracing, now: () => performance.now() });
    log.info({ httpPort: gateway.httpPort, grpcPort: gateway.grpcPort, placement: config.placement.address }, "listening");
    return [...gateway.stopSteps, { name: "flush telemetry", run: () => tracing.shutdown() }];
  },
});
