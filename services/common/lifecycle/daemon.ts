import type { ConfigSources, MetricsConfig, ObserveConfig } from "../config/index.js";
import { causeChain, StraightLineError } from "../errors/index.js";
import {
  createLogger,
  createProcessMetrics,
  createTracing,
  exportMetrics,
  type Logger,
  type Metrics,
  processResource,
  type Resource,
  type Tracing,
} from "../observe/index.js";
import { programVersion } from "../version/index.js";
import { type ProcessLike, runLifecycle, type StopStep } from "./lifecycle.js";

/** The part of `process` that a daemon needs; a test passes its own. */
export interface DaemonProcess extends ProcessLike {
  readonly env: NodeJS.ProcessEnv;
  readonly argv: readonly string[];
}

/** What a daemon is given to start with. */
export interface DaemonParts<C> {
  readonly config: C;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
}

/** A process of the mesh. */
export interface DaemonOptions<C> {
  readonly process: DaemonProcess;
  /** For logs; traces and metrics call the service `straightline-<name>`. */
  readonly name: string;
  /** Throws CONFIG_INVALID with every fault: the process then ends with exit code 1. */
  readonly readConfig: (sources: ConfigSources) => C;
  /** Fields of every line that it logs; absent: none beside its name. */
  readonly logFields?: (config: C) => Readonly<Record<string, string>>;
  readonly stopTimeoutMs: (config: C) => number;
  /** Starts everything; gives the stop steps, to which the last, sending what is left of traces and metrics, are added. */
  readonly start: (parts: DaemonParts<C>) => Promise<readonly StopStep[]>;
}

/** What a daemon's configuration holds at least. */
interface DaemonConfig {
  readonly observe: ObserveConfig;
  readonly metrics: MetricsConfig;
}

/** Reads the configuration, sets up logs, traces and metrics, and runs until SIGTERM or SIGINT: see runLifecycle. */
export async function runDaemon<C extends DaemonConfig>(options: DaemonOptions<C>): Promise<void> {
  const { process, name, logFields, stopTimeoutMs, start } = options;
  const config = readOrExit(options);
  if (config === undefined) return;
  const log = createLogger(name, config.observe.logLevel).child(logFields?.(config) ?? {});
  await runLifecycle({
    process,
    log,
    stopTimeoutMs: stopTimeoutMs(config),
    start: async () => {
      const { otlpEndpoint, sampleRatio } = config.observe;
      const resource = resourceOf(options, config);
      const tracing = await createTracing({ resource, otlpEndpoint, sampleRatio, log });
      const metrics = createProcessMetrics();
      const steps = await start({ config, log, tracing, metrics });
      const endExport = await exportMetrics({ ...config.metrics, metrics, resource, log });
      return [...steps, { name: "flush traces", run: () => tracing.shutdown() }, { name: "flush metrics", run: endExport }];
    },
  });
}

/** An agent is known by its node, which it is alone on; others run in any number. */
function resourceOf<C>({ process, name, logFields }: DaemonOptions<C>, config: C): Resource {
  return processResource({
    serviceName: `straightline-${name}`,
    version: programVersion(),
    instanceId: logFields?.(config)["node"],
    attributes: process.env["OTEL_RESOURCE_ATTRIBUTES"],
  });
}

function readOrExit<C>({ process, name, readConfig }: DaemonOptions<C>): C | undefined {
  try {
    return readConfig({ env: process.env, args: process.argv.slice(2) });
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    createLogger(name, "info").fatal({ code, chain: causeChain(error) }, message);
    process.exit(1);
    return undefined;
  }
}
