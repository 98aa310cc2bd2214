import { StraightLineError } from "../../services/common/errors/index.js";
import type { Logger, Metrics, Tracing } from "../../services/common/observe/index.js";
import type {
  ChangeSource,
  Driver,
  DriverInstance,
  FunctionSource,
  InstanceInspection,
  StartRequest,
  StatsSource,
} from "../common/index.js";
import { createInstanceProbe } from "../common/instances/index.js";
import { artifactDigestOf, createProcessSupervisor, type LimitBackend } from "../common/process/index.js";
import { createLocalFunction, type LocalFunction } from "./function/index.js";

/** What the driver needs. */
export interface ServerlessDriverOptions {
  /** For records and logs of workers. */
  readonly directory: string;
  readonly limits: LimitBackend;
  /** Address that functions listen on. */
  readonly host: string;
  readonly env: NodeJS.ProcessEnv;
  readonly otlpEndpoint: string;
  /** A worker that is not ready after this time is given up. */
  readonly startTimeoutMs: number;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now: () => number;
}

/** A worker's readiness is asked for this long at a time. */
const PROBE_TIMEOUT_MS = 1000;

/** Functions whose workers are processes of this machine, and whose endpoints are served by the agent itself. */
export function createServerlessDriver(options: ServerlessDriverOptions): Driver & StatsSource & ChangeSource & FunctionSource {
  const supervisor = createProcessSupervisor<null>(options);
  const probe = createInstanceProbe(PROBE_TIMEOUT_MS);
  const functions = new Map<string, LocalFunction>();
  const listeners: (() => void)[] = [];
  const onChange = (): void => {
    for (const listener of listeners) listener();
  };
  supervisor.onExit(() => {
    for (const one of functions.values()) one.sweep();
    onChange();
  });
  return {
    kind: "serverless",
    capabilities: {
      cpuLimit: supervisor.cpuLimit,
      memoryLimit: supervisor.memoryLimit,
      survivesAgentRestart: false,
      artifacts: ["bundle", "command"],
    },
    impairment: () => Promise.resolve(undefined),
    async deploy(request) {
      if (request.artifact.type === "image") {
        throw new StraightLineError("UNSUPPORTED", "a local function runs a bundle or a command, not an image");
      }
      const one = await createLocalFunction({ ...options, request, supervisor, probe, onChange });
      functions.set(request.instanceId, one);
      return describe(options, request, one);
    },
    async stop(instanceId, graceMs) {
      await functions.get(instanceId)?.close(graceMs);
      functions.delete(instanceId);
    },
    inspect(instanceId) {
      const one = functions.get(instanceId);
      if (one === undefined) return Promise.resolve<InstanceInspection>({ state: "absent" });
      const reason = one.failure();
      return Promise.resolve<InstanceInspection>(reason === undefined ? { state: "running" } : { state: "exited", reason });
    },
    async recover() {
      // A function does not outlive its agent; workers of one that was killed are leftovers.
      for (const worker of await supervisor.recover()) await worker.stop(0);
      return [];
    },
    async close() {
      await Promise.all([...functions.values()].map((one) => one.close(0)));
      functions.clear();
      await probe.close();
      supervisor.close();
    },
    usage: (instanceId) => Promise.resolve(functions.get(instanceId)?.usage()),
    keepWarm: (instanceId, workers) => functions.get(instanceId)?.keepWarm(workers),
    functionStats: (instanceId) => functions.get(instanceId)?.stats(),
    onChange: (listener) => void listeners.push(listener),
  };
}

function describe({ host, now }: ServerlessDriverOptions, request: StartRequest, one: LocalFunction): DriverInstance {
  const { instanceId, application, assignment, generation, artifact } = request;
  return {
    instanceId,
    application,
    assignment,
    generation,
    httpEndpoint: `http://${host}:${one.httpPort}`,
    grpcEndpoint: `${host}:${one.grpcPort}`,
    artifactDigest: artifactDigestOf(artifact),
    startedAtMs: now(),
  };
}
