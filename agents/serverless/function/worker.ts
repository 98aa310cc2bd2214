import { type Client, Client as GrpcClient } from "@grpc/grpc-js";
import { SPAN, type Tracing, withSpan } from "../../../services/common/observe/index.js";
import { freePorts } from "../../../services/common/ports/index.js";
import { CHANNEL_OPTIONS, channelCredentials } from "../../../services/common/rpc/index.js";
import type { InstanceUsage, StartRequest } from "../../common/index.js";
import { type InstanceProbe, waitUntilReady } from "../../common/instances/index.js";
import { instanceEnvironment, type ProcessSupervisor, programOf } from "../../common/process/index.js";
import type { PoolWorker } from "./pool.js";

/** Workers listen where nobody but the function's front end looks for them. */
const WORKER_HOST = "127.0.0.1";
/** One request at a time is the essence of a function. */
const WORKER_CONCURRENCY = 1;
/** A worker is stopped when idle or beyond help, so that it has little to finish. */
const STOP_GRACE_MS = 2000;

/** A process that serves a function's requests, one at a time. */
export interface FunctionWorker extends PoolWorker {
  readonly host: string;
  readonly httpPort: number;
  /** A channel to its gRPC port, opened when it is first asked for. */
  grpc(): Client;
  usage(): InstanceUsage | undefined;
}

/** What starting a worker needs. */
export interface WorkerParts {
  readonly supervisor: ProcessSupervisor<null>;
  readonly probe: InstanceProbe;
  readonly request: StartRequest;
  readonly workerId: string;
  readonly env: NodeJS.ProcessEnv;
  readonly otlpEndpoint: string;
  readonly startTimeoutMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly tracing: Tracing;
}

interface WorkerAddress {
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
}

/** Starts a worker and waits until it is ready; rejects with START_FAILED, and nothing of it is left then. */
export async function startFunctionWorker(parts: WorkerParts, traceparent: string): Promise<FunctionWorker> {
  const { probe, request, startTimeoutMs, now, signal, tracing } = parts;
  const [httpPort, grpcPort] = (await freePorts(WORKER_HOST, 2)) as [number, number];
  const step = { parent: traceparent };
  const one = await withSpan(tracing, SPAN.instanceCreate, step, (create) =>
    startProcess(parts, { host: WORKER_HOST, httpPort, grpcPort }, create.traceparent),
  );
  const endReason = (): string | undefined => {
    const inspection = one.inspect();
    return inspection.state === "exited" ? inspection.reason : undefined;
  };
  try {
    await withSpan(tracing, SPAN.instanceReady, step, () =>
      waitUntilReady({
        timeoutMs: startTimeoutMs,
        now,
        signal,
        look: () => probe.readiness(`http://${WORKER_HOST}:${httpPort}`, request.readyPath),
        endReason: () => Promise.resolve(endReason()),
      }),
    );
  } catch (error) {
    await one.stop(0);
    throw error;
  }
  let client: Client | undefined;
  return {
    host: WORKER_HOST,
    httpPort,
    grpc() {
      client ??= new GrpcClient(`${WORKER_HOST}:${grpcPort}`, channelCredentials(PLAINTEXT), CHANNEL_OPTIONS);
      return client;
    },
    usage: one.usage,
    hasEnded: () => endReason() !== undefined,
    async stop() {
      client?.close();
      await one.stop(STOP_GRACE_MS);
    },
  };
}

function startProcess(parts: WorkerParts, address: WorkerAddress, traceparent: string) {
  const { supervisor, request, workerId } = parts;
  return supervisor.start({
    id: workerId,
    ...programOf(request.artifact, address),
    environment: instanceEnvironment({
      ...parts,
      host: parts.env,
      application: request.environment,
      address,
      concurrency: WORKER_CONCURRENCY,
      traceparent,
      gpuDevices: request.gpuDevices,
      instanceId: workerId,
    }),
    limits: request.limits,
    metadata: null,
  });
}

const PLAINTEXT = { caFile: "", certFile: "", keyFile: "" };
