import { type Config, type ConfigSchema, loadConfig } from "../../services/common/config/index.js";
import { causeChain, StraightLineError } from "../../services/common/errors/index.js";
import { type ProcessLike, runLifecycle } from "../../services/common/lifecycle/index.js";
import { createLogger, createTracing, type Logger } from "../../services/common/observe/index.js";
import { isLoopback } from "../../services/common/rpc/index.js";
import { createAgent } from "./agent.js";
import { type AgentConfig, resolveDirectories } from "./config.js";
import type { Driver } from "./driver.js";

/** What a driver is made from. */
export interface DriverParts<C extends AgentConfig> {
  readonly config: C;
  readonly log: Logger;
  readonly tracing: Awaited<ReturnType<typeof createTracing>>;
  /** Environment of the agent. */
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/** The part of `process` that an agent needs. */
export interface AgentProcess extends ProcessLike {
  readonly env: NodeJS.ProcessEnv;
  readonly argv: readonly string[];
}

/** An agent program. */
export interface AgentProgram<C extends AgentConfig> {
  readonly process: AgentProcess;
  /** For logs and traces, for example `agent-vm`. */
  readonly name: string;
  readonly schema: ConfigSchema<C>;
  readonly createDriver: (parts: DriverParts<C>) => Driver | Promise<Driver>;
}

/** Beyond an instance's grace: leaving the bus and sending the last spans. */
const STOP_MARGIN_MS = 10_000;

/**
 * Runs an agent until SIGTERM or SIGINT. Exits 0 after a clean end; 1 when the configuration is wrong, the start fails, or the node
 * id turns out to be another's.
 */
export async function runAgent<C extends AgentConfig>({ process, name, schema, createDriver }: AgentProgram<C>): Promise<void> {
  const config = readConfig(process, name, schema);
  if (config === undefined) return;
  const log = createLogger(name, config.observe.logLevel).child({ node: config.nodeId });
  const end = endableProcess(process);
  await runLifecycle({
    process: end.process,
    log,
    stopTimeoutMs: config.stopGraceMs + STOP_MARGIN_MS,
    async start() {
      const tracing = await createTracing({ serviceName: `straightline-${name}`, ...config.observe });
      const now = Date.now;
      const driver = await createDriver({ config, log, tracing, env: process.env, now });
      const onFatal = (error: StraightLineError): void => {
        log.fatal({ code: error.code }, error.message);
        end.fail();
      };
      const agent = createAgent({ config, driver, log, tracing, now, onFatal });
      await agent.start();
      return [
        { name: "agent", run: agent.stop },
        { name: "tracing", run: tracing.shutdown },
      ];
    },
  });
}

function readConfig<C extends AgentConfig>(process: AgentProcess, name: string, schema: ConfigSchema<C>): C | undefined {
  try {
    // Freezing adds readonly at every depth, which an AgentConfig has already.
    const config = resolveDirectories(loadConfig(schema, { env: process.env, args: process.argv.slice(2) }) as Config<C> & C);
    assertLoopback(config.advertisedHost);
    return config;
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    createLogger(name, "info").fatal({ code, chain: causeChain(error) }, message);
    process.exit(1);
    return undefined;
  }
}

/** Instances speak plain HTTP: they must not be reachable from another machine. */
function assertLoopback(advertisedHost: string): void {
  if (isLoopback(advertisedHost)) return;
  throw new StraightLineError(
    "INSECURE_LISTENER",
    `--advertised-host ${advertisedHost}: instances speak plain HTTP, so only loopback (127.0.0.1) is allowed`,
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
