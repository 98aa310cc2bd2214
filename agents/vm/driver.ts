import { freePorts } from "../../services/common/ports/index.js";
import type { ChangeSource, Driver, DriverInstance, LogSource, StartRequest, StatsSource } from "../common/index.js";
import type { StageSource } from "../common/jobs/index.js";
import {
  artifactDigestOf,
  createProcessSupervisor,
  instanceEnvironment,
  type LimitBackend,
  type ProcessSupervisor,
  programOf,
  type SupervisedProcess,
} from "../common/process/index.js";
import { createProcessStages } from "./stage-executor.js";

/** What the driver needs. */
export interface VmDriverOptions {
  /** For records and logs of instances. */
  readonly directory: string;
  /** For records of stages of jobs. */
  readonly stageDirectory: string;
  readonly limits: LimitBackend;
  /** Address that instances listen on. */
  readonly host: string;
  /** The agent's own environment, of which a little is passed on. */
  readonly env: NodeJS.ProcessEnv;
  /** OTLP endpoint for instances, or empty. */
  readonly otlpEndpoint: string;
  readonly now: () => number;
}

type VmProcess = SupervisedProcess<DriverInstance>;

/** Instances as supervised processes of this machine. */
export function createVmDriver(options: VmDriverOptions): Driver & StatsSource & LogSource & ChangeSource & StageSource {
  const supervisor = createProcessSupervisor<DriverInstance>(options);
  const processes = new Map<string, VmProcess>();
  return {
    kind: "vm",
    capabilities: {
      cpuLimit: supervisor.cpuLimit,
      memoryLimit: supervisor.memoryLimit,
      survivesAgentRestart: true,
      artifacts: ["bundle", "command"],
    },
    impairment: () => Promise.resolve(undefined),
    async deploy(request) {
      const one = await start(options, supervisor, request);
      processes.set(request.instanceId, one);
      return one.record.metadata;
    },
    async stop(instanceId, graceMs) {
      await processes.get(instanceId)?.stop(graceMs);
      processes.delete(instanceId);
    },
    inspect: (instanceId) => Promise.resolve(processes.get(instanceId)?.inspect() ?? { state: "absent" }),
    async recover() {
      const running = await supervisor.recover();
      for (const one of running) processes.set(one.record.id, one);
      return running.map(({ record }) => record.metadata);
    },
    close: () => Promise.resolve(supervisor.close()),
    usage: (instanceId) => Promise.resolve(processes.get(instanceId)?.usage()),
    tail: (instanceId, maxBytes) => Promise.resolve(processes.get(instanceId)?.tail(maxBytes) ?? ""),
    onChange: supervisor.onExit,
    stages: createProcessStages({ ...options, directory: options.stageDirectory }),
  };
}

async function start(
  { host, env, otlpEndpoint, now }: VmDriverOptions,
  supervisor: ProcessSupervisor<DriverInstance>,
  request: StartRequest,
): Promise<VmProcess> {
  const { instanceId, application, assignment, generation, artifact, limits, concurrency, environment, traceparent } = request;
  const [httpPort, grpcPort] = (await freePorts(host, 2)) as [number, number];
  const address = { host, httpPort, grpcPort };
  return supervisor.start({
    id: instanceId,
    ...programOf(artifact, address),
    environment: instanceEnvironment({
      host: env,
      application: environment,
      address,
      concurrency,
      traceparent,
      gpuDevices: request.gpuDevices,
      instanceId,
      otlpEndpoint,
    }),
    limits,
    metadata: {
      instanceId,
      application,
      assignment,
      generation,
      httpEndpoint: `http://${host}:${httpPort}`,
      grpcEndpoint: `${host}:${grpcPort}`,
      artifactDigest: artifactDigestOf(artifact),
      startedAtMs: now(),
    },
  });
}
