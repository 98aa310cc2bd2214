import { lookup } from "node:dns/promises";
import { StraightLineError } from "../../services/common/errors/index.js";
import { type Logger, SPAN, type Tracing, withSpan } from "../../services/common/observe/index.js";
import type { CapacitySource, ChangeSource, Driver, InstanceLimits, LogSource, StatsSource } from "../common/index.js";
import type { StageSource } from "../common/jobs/index.js";
import { createBundleImages } from "./bundle-images.js";
import { containerSpec } from "./container-spec.js";
import { createContainers } from "./containers.js";
import { createEngine, type Engine, messageOf, PING_TIMEOUT_MS, QUERY_TIMEOUT_MS } from "./engine.js";
import { createExitEvents } from "./exit-events.js";
import { createImages } from "./images.js";
import { createRecovery } from "./recovery.js";
import { createContainerStages } from "./stage-executor.js";
import { createTelemetryRelay } from "./telemetry-relay.js";
import { type UsageReading, usageBetween } from "./usage.js";

/** What a container driver is made of. */
export interface ContainerDriverOptions {
  /** Only containers with this node's label are touched. */
  readonly nodeId: string;
  readonly socketPath: string;
  /** Address of this machine that containers' ports are published on and that clients are sent to. */
  readonly advertisedHost: string;
  /** A pull may take this long. */
  readonly pullTimeoutMs: number;
  /** Path of the node program that images of bundles carry. */
  readonly runtime: string;
  /** Where containers send traces; empty: nowhere. */
  readonly otlpEndpoint: string;
  readonly now: () => number;
  readonly log: Logger;
  readonly tracing: Tracing;
}

/** A driver for containers, with all that an engine can tell of them. */
export type ContainerDriver = Driver & StatsSource & LogSource & CapacitySource & ChangeSource & StageSource;

/** Runs instances as containers of a Docker Engine, or of podman behind the same API. The engine need not be there yet. */
export function createContainerDriver(options: ContainerDriverOptions): ContainerDriver {
  const { nodeId, advertisedHost, otlpEndpoint, log, tracing } = options;
  const engine = createEngine(options.socketPath);
  const images = createImages(engine, createBundleImages(engine, options.runtime), options.pullTimeoutMs);
  const containers = createContainers(engine, nodeId, advertisedHost);
  const relay = createTelemetryRelay(engine, log);
  const exits = createExitEvents(engine, nodeId, log);
  const readings = new Map<string, UsageReading>();
  const capacity = createCapacity(engine, options.now);
  const recovery = createRecovery(containers, log);
  return {
    kind: "container",
    capabilities: { cpuLimit: "engine", memoryLimit: "engine", survivesAgentRestart: true, artifacts: ["bundle", "image"] },
    async impairment() {
      const reason = await impairmentOf(async () => {
        await engine.call("asking the engine", PING_TIMEOUT_MS, (docker) => docker.ping());
        await recovery.complete();
      });
      if (reason === undefined) exits.ensureSubscribed();
      return reason;
    },
    async deploy(request) {
      await recovery.complete();
      const step = { parent: request.traceparent };
      const image = await withSpan(tracing, SPAN.image, step, () => images.ready(request.artifact));
      const { cpuMillicores } = await capacity();
      const spec = containerSpec(request, {
        nodeId,
        image,
        engineCores: cpuMillicores / 1000,
        publishedAddress: (await lookup(advertisedHost, 4)).address,
        otlpEndpoint: otlpEndpoint === "" ? undefined : await relay.endpointFor(otlpEndpoint),
      });
      return withSpan(tracing, SPAN.containerStart, step, () => containers.start(request.instanceId, spec));
    },
    async stop(instanceId, graceMs) {
      readings.delete(instanceId);
      await containers.stop(instanceId, graceMs);
    },
    inspect: containers.inspect,
    recover: recovery.recover,
    async usage(instanceId) {
      const now = await containers.reading(instanceId);
      if (now === undefined) return undefined;
      const usage = usageBetween(readings.get(instanceId), now);
      readings.set(instanceId, now);
      return usage;
    },
    tail: containers.log,
    stages: createContainerStages({
      ...{ engine, images, nodeId },
      user: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
      engineCores: async () => (await capacity()).cpuMillicores / 1000,
    }),
    capacity: () => capacity().catch(() => undefined),
    onChange: exits.onExit,
    async close() {
      exits.close();
      await relay.close();
    },
  };
}

async function impairmentOf(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return error instanceof StraightLineError ? error.message : `the container engine refuses: ${messageOf(error)}`;
  }
}

/** Capacity changes only with the machine, so it is not asked for on each tick. */
const CAPACITY_AGE_MS = 60_000;

function createCapacity(engine: Engine, now: () => number): () => Promise<InstanceLimits> {
  let known: { readonly limits: InstanceLimits; readonly takenAtMs: number } | undefined;
  return async () => {
    if (known !== undefined && now() - known.takenAtMs < CAPACITY_AGE_MS) return known.limits;
    const info = await engine.call("asking for the engine's capacity", QUERY_TIMEOUT_MS, (docker) => docker.info());
    known = { limits: { cpuMillicores: info.NCPU * 1000, memoryBytes: info.MemTotal }, takenAtMs: now() };
    return known.limits;
  };
}
