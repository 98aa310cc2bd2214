import { runDaemon } from "../common/lifecycle/index.js";
import { loadPlacementConfig } from "./config.js";
import { startPlacement } from "./placement.js";

await runDaemon({
  process,
  name: "placement",
  readConfig: loadPlacementConfig,
  stopTimeoutMs: (config) => config.placement.stopTimeoutMs,
  start: async ({ config, log, tracing, metrics }) => {
    // Steady, so that a step of the system's clock makes no node lost and no lease end.
    const now = (): number => performance.timeOrigin + performance.now();
    const placement = await startPlacement({ config, log, tracing, metrics, now });
    log.info({ port: placement.port, policy: config.placement.policy }, "listening");
    return placement.stopSteps;
  },
});
