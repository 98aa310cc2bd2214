import type { Logger } from "./log.js";
import { METRIC } from "./metric-names.js";
import { createMetrics, type Metrics } from "./metrics.js";
import type { Resource } from "./resource.js";
import { serveMetrics } from "./serve-metrics.js";

/** Where the metrics of a process go. */
export interface MetricsExportOptions {
  readonly metrics: Metrics;
  /** Who sends them. */
  readonly resource: Resource;
  /** Port of the Prometheus endpoint on loopback; 0: none. */
  readonly port: number;
  /** OTLP/HTTP URL; empty: none. */
  readonly otlpEndpoint: string;
  readonly intervalMs: number;
  readonly log: Logger;
}

/**
 * Serves and sends metrics; gives the function that ends it. Never rejects: a port that is taken is said in the log, as a process must not fail for
 * the sake of its metrics.
 */
export async function exportMetrics(options: MetricsExportOptions): Promise<() => Promise<void>> {
  const { metrics, resource, otlpEndpoint, intervalMs, log } = options;
  const ends: (() => Promise<void>)[] = [];
  if (options.port !== 0) ends.push(await serve(options));
  if (otlpEndpoint !== "") {
    // Loaded on demand: the time it takes would be part of every cold start.
    const { startPush } = await import("./push.js");
    ends.push(startPush(metrics, { url: otlpEndpoint, intervalMs, resource, log }));
  }
  return async () => {
    for (const end of ends) await end().catch(() => undefined);
  };
}

async function serve({ metrics, resource, port, log }: MetricsExportOptions) {
  try {
    const server = await serveMetrics(metrics, resource, port);
    log.info({ port: server.port }, "metrics are served");
    return server.close;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ port, reason }, "metrics are not served; give this process a port of its own by --metrics-port, or 0");
    return () => Promise.resolve();
  }
}

/** Metrics with what every process tells of itself. */
export function createProcessMetrics(): Metrics {
  const metrics = createMetrics();
  metrics.observe(METRIC.processUptime, (set) => set(process.uptime()));
  metrics.observe(METRIC.processCpuTime, (set) => {
    const { user, system } = process.cpuUsage();
    set(user / 1e6, "user");
    set(system / 1e6, "system");
  });
  metrics.observe(METRIC.processMemory, (set) => set(process.memoryUsage.rss()));
  let before = performance.eventLoopUtilization();
  metrics.observe(METRIC.eventLoopUtilization, (set) => {
    const now = performance.eventLoopUtilization();
    set(performance.eventLoopUtilization(now, before).utilization);
    before = now;
  });
  return metrics;
}
