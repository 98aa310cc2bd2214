import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { KindToken } from "../../services/common/bus/index.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import type { ChangeSource, Driver, DriverInstance, InstanceUsage, LogSource, StartRequest, StatsSource } from "./driver.js";

/** How the fake behaves; may be changed while it runs. */
export interface FakeKnobs {
  /** Time that `deploy` takes. */
  deployMs: number;
  /** An instance answers 503 for this long after `deploy`. */
  readyAfterMs: number;
  /** So many of the next calls of `deploy` reject with START_FAILED. */
  failDeploys: number;
  /** `impairment` answers after this. */
  answers: Promise<void>;
  /** What `impairment` answers. */
  impairment: string | undefined;
  usage: InstanceUsage;
}

/** A driver whose instances are HTTP servers in this process: for tests of everything above the driver. */
export interface FakeDriver extends Driver, StatsSource, LogSource, ChangeSource {
  readonly knobs: FakeKnobs;
  /** Requests to start, in order. */
  readonly deployed: readonly StartRequest[];
  /** Ends an instance as a crash would. */
  crash(instanceId: string, reason: string): void;
  /** Lets an instance answer its readiness with 503, or 200 again. */
  setReady(instanceId: string, ready: boolean): void;
}

interface FakeInstance {
  readonly instance: DriverInstance;
  readonly server: Server;
  ready: boolean;
  exitReason: string | undefined;
}

const DEFAULT_KNOBS: FakeKnobs = {
  deployMs: 0,
  readyAfterMs: 0,
  failDeploys: 0,
  answers: Promise.resolve(),
  impairment: undefined,
  usage: { cpuMillicores: 250, memoryBytes: 32 * 1024 ** 2 },
};

/** A fake of any kind. What it runs ends with the process; `recover` finds what a closed fake of the same `world` has left. */
export function createFakeDriver(kind: KindToken, knobs: Partial<FakeKnobs> = {}, world = createFakeWorld()): FakeDriver {
  const behaviour = { ...DEFAULT_KNOBS, ...knobs };
  const deployed: StartRequest[] = [];
  const listeners: (() => void)[] = [];
  const known = (instanceId: string): FakeInstance | undefined => world.instances.get(instanceId);
  return {
    kind,
    knobs: behaviour,
    deployed,
    capabilities: {
      cpuLimit: "none",
      memoryLimit: "none",
      survivesAgentRestart: true,
      artifacts: ["bundle", "image", "command"],
    },
    async impairment() {
      await behaviour.answers;
      return behaviour.impairment;
    },
    async deploy(request) {
      deployed.push(request);
      await pause(behaviour.deployMs);
      if (behaviour.failDeploys > 0) {
        behaviour.failDeploys -= 1;
        throw new StraightLineError("START_FAILED", "the fake was told to fail");
      }
      const fake = await startFake(request, behaviour.readyAfterMs === 0);
      world.instances.set(request.instanceId, fake);
      if (!fake.ready) setTimeout(() => Object.assign(fake, { ready: true }), behaviour.readyAfterMs).unref();
      return fake.instance;
    },
    async stop(instanceId) {
      await close(known(instanceId)?.server);
      world.instances.delete(instanceId);
    },
    inspect(instanceId) {
      const fake = known(instanceId);
      if (fake === undefined) return Promise.resolve({ state: "absent" });
      const { exitReason } = fake;
      return Promise.resolve(exitReason === undefined ? { state: "running" } : { state: "exited", reason: exitReason });
    },
    recover: () => Promise.resolve([...world.instances.values()].map(({ instance }) => instance)),
    close: () => Promise.resolve(),
    usage: (instanceId) => Promise.resolve(known(instanceId)?.exitReason === undefined ? behaviour.usage : undefined),
    tail: (instanceId) => Promise.resolve(known(instanceId) === undefined ? "" : `fake ${instanceId} started`),
    onChange: (listener) => void listeners.push(listener),
    crash(instanceId, reason) {
      const fake = known(instanceId);
      if (fake === undefined) return;
      fake.exitReason = reason;
      void close(fake.server);
      for (const listener of listeners) listener();
    },
    setReady(instanceId, ready) {
      const fake = known(instanceId);
      if (fake !== undefined) fake.ready = ready;
    },
  };
}

/** What outlives a fake driver, as processes outlive a real one. */
export function createFakeWorld(): { readonly instances: Map<string, FakeInstance> } {
  return { instances: new Map() };
}

async function startFake(request: StartRequest, ready: boolean): Promise<FakeInstance> {
  const server = createServer((incoming, answer) => {
    const isReadiness = incoming.url === request.readyPath;
    answer.writeHead(isReadiness && !fake.ready ? 503 : 200).end(isReadiness ? "" : request.instanceId);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  const { instanceId, application, assignment, generation, artifact } = request;
  const { port } = server.address() as AddressInfo;
  const instance: DriverInstance = {
    instanceId,
    application,
    assignment,
    generation,
    httpEndpoint: `http://127.0.0.1:${port}`,
    grpcEndpoint: "",
    artifactDigest: artifact.type === "bundle" ? artifact.digest : "",
    startedAtMs: Date.now(),
  };
  const fake: FakeInstance = { instance, server, ready, exitReason: undefined };
  return fake;
}

async function close(server: Server | undefined): Promise<void> {
  if (server?.listening !== true) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
