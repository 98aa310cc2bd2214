import {
  createLogger,
  createProcessMetrics,
  createTracing,
  exportMetrics,
  type Metrics,
} from "../../../services/common/observe/index.js";
import { loadPlacementConfig, startPlacement } from "../../../services/placement/index.js";

/** What the bench asks of the process: to count or not from now on. It answers with the processor time used so far, milliseconds. */
export interface Wish {
  readonly counting: boolean;
}

/** What the process tells: first that it listens, then an answer to each wish. */
export type Told = { readonly port: number } | { readonly cpuMs: number };

let counting = true;

/** Metrics that can be told to count nothing: the price of counting is what a switch of this kind saves. */
function switchable(metrics: Metrics): Metrics {
  return {
    ...metrics,
    counter(definition) {
      const counter = metrics.counter(definition);
      return { add: (value, ...labels) => (counting ? counter.add(value, ...labels) : undefined) };
    },
    histogram(definition) {
      const histogram = metrics.histogram(definition);
      return { record: (value, ...labels) => (counting ? histogram.record(value, ...labels) : undefined) };
    },
  };
}

const config = loadPlacementConfig({ env: {}, args: process.argv.slice(2) });
const resource = { "service.name": "straightline-placement" };
const log = createLogger("placement", "error");
const { otlpEndpoint, sampleRatio } = config.observe;
const tracing = await createTracing({ resource, otlpEndpoint, sampleRatio });
const metrics = switchable(createProcessMetrics());
const now = (): number => performance.timeOrigin + performance.now();
const placement = await startPlacement({ config, log, tracing, metrics, now });
await exportMetrics({ ...config.metrics, metrics, resource, log });

const tell = (told: Told): void => void process.send?.(told);
process.on("message", (wish: Wish) => {
  counting = wish.counting;
  const { user, system } = process.cpuUsage();
  tell({ cpuMs: (user + system) / 1000 });
});
// The bench has ended, in whatever way.
process.on("disconnect", () => process.exit(0));
tell({ port: placement.port });
