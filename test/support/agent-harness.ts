import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent, AgentConfig, Driver } from "../../agents/common/index.js";
import { createAgent } from "../../agents/common/index.js";
import { createCgroupBackend, createWatchdogBackend } from "../../agents/common/process/index.js";
import { createServerlessDriver } from "../../agents/serverless/index.js";
import { createVmDriver } from "../../agents/vm/index.js";
import type { Assignment } from "../../proto/gen/straightline/v1/Assignment.js";
import type { InstanceTelemetry__Output } from "../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { TelemetrySnapshot, TelemetrySnapshot__Output } from "../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { type BusConnection, connectBus, type KindToken, kindToWire, telemetrySubject } from "../../services/common/bus/index.js";
import type { NatsConfig } from "../../services/common/config/index.js";
import type { StraightLineError } from "../../services/common/errors/index.js";
import { createLogger, createMetrics, passThroughTracing } from "../../services/common/observe/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { eventually } from "./eventually.js";

/** Silent unless STRAIGHTLINE_TEST_LOG names a level. */
export const testLog = createLogger("test", process.env["STRAIGHTLINE_TEST_LOG"] ?? "silent");

/** A directory that goes with the test. */
export interface TestDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Makes a directory. */
export async function testDirectory(): Promise<TestDirectory> {
  const path = await mkdtemp(join(tmpdir(), "straightline-agent-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A bus connection that is closed with the test. */
export async function testBus(nats: NatsConfig): Promise<BusConnection & AsyncDisposable> {
  const bus = await connectBus(nats, "test", testLog);
  return Object.assign(bus, { [Symbol.asyncDispose]: () => bus.client.close() });
}

/** A vm driver in `directory`. */
export function testVmDriver(directory: string): Driver {
  return createVmDriver({
    directory: join(directory, "instances"),
    stageDirectory: join(directory, "stage-processes"),
    limits: createCgroupBackend("straightline-test") ?? createWatchdogBackend(),
    host: "127.0.0.1",
    env: process.env,
    otlpEndpoint: "",
    now: Date.now,
  });
}

/** A serverless driver in `directory`. */
export function testServerlessDriver(directory: string, metrics = createMetrics()): ReturnType<typeof createServerlessDriver> {
  return createServerlessDriver({
    directory: join(directory, "workers"),
    limits: createCgroupBackend("straightline-test") ?? createWatchdogBackend(),
    host: "127.0.0.1",
    env: process.env,
    otlpEndpoint: "",
    startTimeoutMs: 20_000,
    tracing: passThroughTracing(),
    metrics,
    log: testLog,
    now: Date.now,
  });
}

/** An agent under test. */
export interface TestAgent extends AsyncDisposable {
  readonly agent: Agent;
  /** What it asked to end for. */
  readonly fatal: StraightLineError[];
  stop(): Promise<void>;
}

/** No front: instances are reached on loopback. */
const noFront = {
  ...{ host: "", port: 0, advertisedHost: "", certFile: "", keyFile: "", clientCaFile: "", gateways: "gateway" },
  ...{ maxConnections: 64, maxBodyBytes: 8 * 1024 * 1024, idleTimeoutMs: 60_000 },
};

/** A configuration of an agent for tests: quick ticks, all files in `directory`. */
export function agentConfig(nats: NatsConfig, directory: string, overrides: Partial<AgentConfig> = {}): AgentConfig {
  return {
    nodeId: "node-1",
    zone: "",
    labels: {},
    tickMs: 100,
    startTimeoutMs: 15_000,
    stopGraceMs: 2000,
    maxConcurrentStarts: 2,
    stateDirectory: join(directory, "state"),
    cacheDirectory: join(directory, "cache"),
    advertisedHost: "127.0.0.1",
    onStop: "stop",
    front: noFront,
    price: { perInstanceHour: 0, perRequest: 0, perGbSecond: 0 },
    nats,
    observe: { logLevel: "silent", otlpEndpoint: "", sampleRatio: 1 },
    metrics: { port: 0, otlpEndpoint: "", intervalMs: 1000 },
    ...overrides,
  };
}

/** Starts an agent, by the clock `now`; disposing of it stops it. */
export async function startTestAgent(config: AgentConfig, driver: Driver, now: () => number = Date.now): Promise<TestAgent> {
  const fatal: StraightLineError[] = [];
  const options = { config, driver, log: testLog, tracing: passThroughTracing(), metrics: createMetrics(), now };
  const agent = createAgent({ ...options, onFatal: (error) => fatal.push(error) });
  await agent.start();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= agent.stop();
    return stopped;
  };
  return { agent, fatal, stop, [Symbol.asyncDispose]: stop };
}

/** Listens to a node's telemetry. */
export interface TelemetryWatch {
  readonly snapshots: readonly TelemetrySnapshot__Output[];
  latest(): TelemetrySnapshot__Output | undefined;
  /** Waits for an instance that fits, in the latest snapshot. */
  instance(what: string, fits: (instance: InstanceTelemetry__Output) => boolean): Promise<InstanceTelemetry__Output>;
}

/** Begins to listen. */
export function watchTelemetry(bus: BusConnection, kind: KindToken, nodeId = "node-1"): TelemetryWatch {
  const codec = messageCodec<TelemetrySnapshot, TelemetrySnapshot__Output>("TelemetrySnapshot");
  const snapshots: TelemetrySnapshot__Output[] = [];
  bus.subscribe(telemetrySubject(kind, nodeId), ({ data }) => snapshots.push(codec.decode(data)));
  const latest = (): TelemetrySnapshot__Output | undefined => snapshots.at(-1);
  return {
    snapshots,
    latest,
    instance: (what, fits) => eventually(() => latest()?.instances.find(fits), { what }),
  };
}

/** Whether an instance is ready. */
export function isReady({ state }: InstanceTelemetry__Output): boolean {
  return state === "INSTANCE_STATE_READY";
}

/** An assignment of the application `app` to node-1. */
export function assignment(
  kind: KindToken,
  artifact: NonNullable<Assignment["spec"]>["artifact"],
  overrides: { readonly generation?: number; readonly environment?: Record<string, string>; readonly concurrency?: number } = {},
): Assignment {
  return {
    nodeId: "node-1",
    application: "app",
    replica: 0,
    generation: overrides.generation ?? 1,
    spec: { name: "app", artifact: artifact ?? null, timeoutMs: 10_000 },
    implementation: {
      kind: kindToWire(kind),
      resources: { cpuMillicores: 1000, memoryBytes: 256 * 1024 ** 2 },
      concurrency: overrides.concurrency ?? 1,
      environment: overrides.environment ?? {},
    },
  };
}
