import { runDaemon } from "../common/lifecycle/index.js";
import { loadGatewayConfig } from "./config.js";
import { startGateway } from "./gateway.js";

await runDaemon({
  process,
  name: "gateway",
  readConfig: loadGatewayConfig,
  stopTimeoutMs: (config) => config.gateway.stopTimeoutMs,
  start: async ({ config, log, tracing, metrics }) => {
    const gateway = await startGateway({ config, log, tracing, metrics, now: () => performance.now() });
    log.info({ httpPort: gateway.httpPort, grpcPort: gateway.grpcPort, placement: config.placement.address }, "listening");
    return gateway.stopSteps;
  },
});
