import { type Config, type ConfigSchema, type ConfigSources, loadConfig } from "../../services/common/config/index.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { type DaemonProcess, type ProcessLike, runDaemon } from "../../services/common/lifecycle/index.js";
import type { Logger, Metrics, Tracing } from "../../services/common/observe/index.js";
import { isLoopback } from "../../services/common/rpc/index.js";
import { createAgent } from "./agent.js";
import { type AgentConfig, resolveDirectories } from "./config.js";
import { STATE_DIRECTORY, tellDiskFull } from "./disk/index.js";
import type { Driver } from "./driver.js";

/** What a driver is made from. */
export interface DriverParts<C extends AgentConfig> {
  readonly config: C;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  /** Environment of the agent. */
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/** An agent program. */
export interface AgentProgram<C extends AgentConfig> {
  readonly process: DaemonProcess;
  /** For logs and traces, for example `agent-vm`. */
  readonly name: string;
  readonly schema: ConfigSchema<C>;
  readonly createDriver: (parts: DriverParts<C>) => Driver | Promise<Driver>;
}

/** Beyond the grace of instances that stop already and then that of the others, while jobs and requests through the front end too: leaving the bus and sending the last spans. */
const STOP_MARGIN_MS = 10_000;

/**
 * Runs an agent until SIGTERM or SIGINT. Exits 0 after a clean end; 1 when the configuration is wrong, the start fails, or the node
 * id turns out to be another's.
 */
export async function runAgent<C extends AgentConfig>({ process, name, schema, createDriver }: AgentProgram<C>): Promise<void> {
  const end = endableProcess(process);
  await runDaemon<C>({
    process: { ...end.process, env: process.env, argv: process.argv },
    name,
    readConfig: (sources) => readConfig(schema, sources),
    logFields: ({ nodeId }) => ({ node: nodeId }),
    stopTimeoutMs: (config) => 2 * config.stopGraceMs + STOP_MARGIN_MS,
    async start({ config, log, tracing, metrics }) {
      // Steady, so that a step of the system's clock lets nothing time out and keeps nothing waiting.
      const now = (): number => Math.round(performance.timeOrigin + performance.now());
      const onFatal = (error: StraightLineError): void => {
        log.fatal({ code: error.code }, error.message);
        end.fail();
      };
      try {
        const driver = await createDriver({ config, log, tracing, metrics, env: process.env, now });
        const agent = createAgent({ config, driver, log, tracing, metrics, now, onFatal });
        await agent.start();
        return [{ name: "agent", run: agent.stop }];
      } catch (error) {
        throw tellDiskFull(error, config.stateDirectory, STATE_DIRECTORY);
      }
    },
  });
}

function readConfig<C extends AgentConfig>(schema: ConfigSchema<C>, sources: ConfigSources): C {
  // Freezing adds readonly at every depth, which an AgentConfig has already.
  const config = resolveDirectories(loadConfig(schema, sources) as Config<C> & C);
  assertLoopback(config.advertisedHost);
  return config;
}

/** Instances speak plain HTTP: they must not be reachable from another machine. */
function assertLoopback(advertisedHost: string): void {
  if (isLoopback(advertisedHost)) return;
  throw new StraightLineError(
    "INSECURE_LISTENER",
    `--advertised-host ${advertisedHost}: instances speak plain HTTP, so only loopback (127.0.0.1) is allowed; --front-host lets others reach them`,
  );
}

/** A process that can be asked to end from inside, as by SIGTERM, but with exit code 1. */
function endableProcess(process: ProcessLike): { readonly process: ProcessLike; fail(): void } {
  let failed = false;
  let terminate: (() => void) | undefined;
  return {
    process: {
      on(event, listener) {
        if (event === "SIGTERM") terminate = listener;
        return process.on(event, listener);
      },
      exit: (code) => process.exit(failed ? 1 : code),
    },
    fail() {
      failed = true;
      terminate?.();
    },
  };
}
