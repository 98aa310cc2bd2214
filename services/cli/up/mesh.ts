import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { request } from "undici";
import type { KindToken } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import { freePorts, isPortFree } from "../../common/ports/index.js";
import { connectPlacement, type PlacementApi } from "../client.js";
import { PACKAGE_ROOT } from "../daemons.js";
import {
  type CommandRunner,
  createInstaller,
  type DockerEngine,
  ensureDockerEngine,
  ensureJaeger,
  ensureNatsServer,
  type NatsProcess,
  startNatsServer,
  type TraceTarget,
} from "../provision/index.js";
import type { UpConfig } from "./config.js";
import { createSupervisor, type Supervisor } from "./supervisor.js";
import { watchTraces } from "./watch-traces.js";

/** What `up` needs of its surroundings. */
export interface MeshOptions {
  readonly config: UpConfig;
  readonly env: NodeJS.ProcessEnv;
  /** Everything that is written goes below it. */
  readonly runDirectory: string;
  readonly runner: CommandRunner;
  /** Asks the user; absent without a terminal. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  readonly say: (line: string) => void;
  /** Aborts when a stop is asked for: the start ends at its next step. */
  readonly signal: AbortSignal;
}

/** The mesh on this machine. */
export interface Mesh {
  readonly api: PlacementApi;
  readonly natsServers: string;
  /** Where traces go. */
  readonly traces: TraceTarget;
  /** Forms that can be had here. */
  readonly kinds: readonly KindToken[];
  /** Rejects when a part ends by itself. */
  readonly failed: Promise<never>;
}

/** Something to undo, in reverse order. */
export type Undo = () => Promise<void> | void;

/** Folder of the parts' logs, below the run directory. */
export function logDirectoryIn(runDirectory: string): string {
  return join(runDirectory, "logs");
}

const READY_TIMEOUT_MS = 30_000;
const LOOPBACK = "127.0.0.1";
const PREFERRED_NATS_PORT = 4222;

/** Starts every process. `onStarted` is told at once how to undo each step, so that a failure half-way leaves nothing behind. */
export async function startMesh(options: MeshOptions, onStarted: (undo: Undo) => void): Promise<Mesh> {
  const { config, say } = options;
  await assertPortsFree([config.placementPort, config.httpPort, config.grpcPort]);
  const installer = createInstaller({
    mode: config.noInstall ? "never" : "ask",
    confirm: options.confirm,
    print: say,
    runner: options.runner,
    now: Date.now,
  });
  const nats = await startNats(options, await natsBinary(options, installer), onStarted);
  // The engine may have to be installed; the rest of the mesh does not wait for it, but where Jaeger is looked for in it.
  const enginePromise = ensureDockerEngine({ socketPath: config.dockerSocket, env: options.env, installer });
  // An engine that is still being installed is waited for, or it would be left running.
  onStarted(async () => {
    const engine = await enginePromise;
    if (engine.type === "available") await engine.stop();
  });
  options.signal.throwIfAborted();
  const traces = await findTraceTarget(options, enginePromise);
  onStarted(() => traces.stop());
  options.signal.throwIfAborted();
  const environment = { ...options.env, OTEL_EXPORTER_OTLP_ENDPOINT: traces.otlpEndpoint };
  onStarted(watchTraces(traces, say));
  const logDirectory = logDirectoryIn(options.runDirectory);
  await mkdir(logDirectory);
  say(`Logs      ${logDirectory}`);
  const supervisor = createSupervisor(logDirectory, environment);
  const api = startServices(supervisor, config, nats.servers);
  onStarted(() => api.close());
  onStarted(() => supervisor.killAll());
  onStarted(() => supervisor.stop());
  startAgent(supervisor, "vm", nats.servers, options.runDirectory);
  startAgent(supervisor, "serverless", nats.servers, options.runDirectory);
  const kinds = await startContainerAgent(options, supervisor, nats.servers, enginePromise);
  await Promise.race([waitForMesh(api, config, kinds.length, options.signal), supervisor.failed]);
  return { api, natsServers: nats.servers, traces, kinds, failed: Promise.race([supervisor.failed, nats.failed]) };
}

async function natsBinary({ config }: MeshOptions, installer: ReturnType<typeof createInstaller>): Promise<string> {
  return config.nats === "" ? ensureNatsServer(config.natsBinary, installer) : "";
}

interface Nats {
  readonly servers: string;
  readonly failed: Promise<never>;
}

async function startNats(
  { config, env, runDirectory, say }: MeshOptions,
  binary: string,
  onStarted: (undo: Undo) => void,
): Promise<Nats> {
  if (config.nats !== "") {
    say(`NATS      ${config.nats} (given)`);
    return { servers: config.nats, failed: new Promise(() => undefined) };
  }
  const port = (await isPortFree(LOOPBACK, PREFERRED_NATS_PORT))
    ? PREFERRED_NATS_PORT
    : ((await freePorts(LOOPBACK, 1))[0] as number);
  const server = await startNatsServer({ binary, port, storeDirectory: join(runDirectory, "nats"), env });
  let stopping = false;
  onStarted(() => {
    stopping = true;
    return server.stop();
  });
  say(`NATS      ${server.url} (${binary})`);
  return { servers: server.url, failed: failedWhenEnded(server, () => stopping) };
}

async function failedWhenEnded(server: NatsProcess, isStopping: () => boolean): Promise<never> {
  await server.ended;
  if (isStopping()) return new Promise(() => undefined);
  throw new StraightLineError("START_FAILED", `nats-server ended by itself: ${server.lastLines()}`);
}

function startServices(supervisor: Supervisor, config: UpConfig, natsServers: string): PlacementApi {
  const address = `127.0.0.1:${config.placementPort}`;
  supervisor.start("placement", [
    ...["--port", String(config.placementPort), "--nats", natsServers, "--policy", config.policy],
    ...["--f", String(config.frequencyThreshold), "--d", String(config.sizeThresholdBytes)],
    ...["--shadow", config.shadow, "--record", config.record],
    // A short window, so that the demonstration's phases are told apart.
    ...["--frequency-window", "2s"],
  ]);
  supervisor.start("gateway", [
    ...["--http-port", String(config.httpPort), "--grpc-port", String(config.grpcPort), "--placement", address],
  ]);
  return connectPlacement(address, { caFile: "", certFile: "", keyFile: "" });
}

function startAgent(
  supervisor: Supervisor,
  kind: KindToken,
  natsServers: string,
  runDirectory: string,
  extra: readonly string[] = [],
): void {
  supervisor.start(`agent-${kind}`, [
    ...["--node-id", `${kind}-1`, "--nats", natsServers, "--on-stop", "stop"],
    ...["--state-directory", join(runDirectory, `agent-${kind}`)],
    ...["--cache-directory", join(runDirectory, "bundles")],
    ...extra,
  ]);
}

/** Starts the container agent where an engine answers; says so where none does. */
async function startContainerAgent(
  { say, runDirectory, signal }: MeshOptions,
  supervisor: Supervisor,
  natsServers: string,
  enginePromise: Promise<DockerEngine>,
): Promise<readonly KindToken[]> {
  const engine = await Promise.race([enginePromise, supervisor.failed]);
  if (engine.type === "unavailable") {
    say(`Engine    none: ${engine.reason}`);
    say("          The mesh runs without containers; large data goes to the VM.");
    return ["vm", "serverless"];
  }
  say(`Engine    ${engine.socketPath}${engine.startedByUs ? " (started here; ends with up)" : ""}`);
  signal.throwIfAborted();
  startAgent(supervisor, "container", natsServers, runDirectory, ["--docker-socket", engine.socketPath]);
  return ["vm", "container", "serverless"];
}

async function waitForMesh(api: PlacementApi, config: UpConfig, nodeCount: number, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < endMs) {
    signal.throwIfAborted();
    if ((await nodesFresh(api)) >= nodeCount && (await gatewayReady(config.httpPort))) return;
    await delay(50);
  }
  throw new StraightLineError("START_FAILED", `the mesh did not come up within ${READY_TIMEOUT_MS} ms`);
}

/** Not answering yet counts as none. */
async function nodesFresh({ fleet, call }: PlacementApi): Promise<number> {
  const answer = await call(fleet.listNodes.bind(fleet), {}).catch(() => ({ nodes: [] }));
  return answer.nodes.filter((node) => node.health === "NODE_HEALTH_FRESH").length;
}

async function gatewayReady(port: number): Promise<boolean> {
  try {
    const answer = await request(`http://127.0.0.1:${port}/v2/health/ready`);
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function findTraceTarget(
  { config, env, runner, say, signal }: MeshOptions,
  enginePromise: Promise<DockerEngine>,
): Promise<TraceTarget> {
  const { otlpEndpoint, jaegerUrl, jaegerBinary: binary, noInstall } = config;
  const configFile = join(PACKAGE_ROOT, "deploy", "jaeger", "jaeger.yaml");
  const target = await ensureJaeger({
    ...{ otlpEndpoint, jaegerUrl, binary, configFile, signal, runner, env },
    engineSocket: async () => {
      const engine = await enginePromise;
      return engine.type === "available" ? engine.socketPath : undefined;
    },
    mayPull: !noInstall,
    print: say,
  });
  say(`Traces    ${target.told}`);
  return target;
}

async function assertPortsFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    if (!(await isPortFree(LOOPBACK, port))) {
      throw new StraightLineError(
        "PORT_IN_USE",
        `127.0.0.1:${port} is taken by another process; stop it or choose another by --placement-port, --http-port or --grpc-port`,
      );
    }
  }
}
