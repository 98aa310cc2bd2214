import { StraightLineError } from "../../../services/common/errors/index.js";
import { type Logger, type Metrics, SPAN, type Tracing, traceFields, withSpan } from "../../../services/common/observe/index.js";
import type { FunctionStats, InstanceUsage, StartRequest } from "../../common/index.js";
import type { InstanceProbe } from "../../common/instances/index.js";
import type { ProcessSupervisor } from "../../common/process/index.js";
import { startGrpcFront } from "./grpc-front.js";
import { type Front, startHttpFront } from "./http-front.js";
import { createInvoker } from "./invocation.js";
import { createWorkerPool } from "./pool.js";
import { createFunctionCounters } from "./stats.js";
import { type FunctionWorker, startFunctionWorker } from "./worker.js";

/** A function that takes requests. */
export interface LocalFunction {
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Keeps this many workers warm from now on. */
  keepWarm(workers: number): void;
  /** Why it cannot be ready: it was to have a warm worker, and none could be started. */
  failure(): string | undefined;
  stats(): FunctionStats;
  /** Sum over its workers. */
  usage(): InstanceUsage;
  /** Drops workers that have ended by themselves. */
  sweep(): void;
  /** Refuses new requests, lets those under way finish for at most `graceMs`, ends its workers and its endpoints. */
  close(graceMs: number): Promise<void>;
}

/** What a function is made of. */
export interface FunctionParts {
  readonly request: StartRequest;
  readonly supervisor: ProcessSupervisor<null>;
  readonly probe: InstanceProbe;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly host: string;
  readonly env: NodeJS.ProcessEnv;
  readonly otlpEndpoint: string;
  readonly startTimeoutMs: number;
  readonly now: () => number;
  readonly onChange: () => void;
}

/** Makes a function: its endpoints listen. It is ready at once, or, where it is to keep workers warm, when the first of them is. */
export async function createLocalFunction(parts: FunctionParts): Promise<LocalFunction> {
  const { request, host, now, onChange } = parts;
  const { instanceId, application, concurrency, keepAliveMs, timeoutMs, readyPath, payloadLimitBytes } = request;
  const counters = createFunctionCounters(now, parts.metrics, application);
  const closing = new AbortController();
  const proof: Proof = { ready: request.warmWorkers === 0, failure: undefined };
  const startWorker = workerStarter(parts, counters.workerStarted, proof, closing.signal);
  const pool = createWorkerPool({ limit: concurrency, keepAliveMs, startWorker, now, onChange });
  pool.keepWarm(request.warmWorkers, request.traceparent);
  const invoker = createInvoker({ ...parts, instanceId, application, timeoutMs, pool, counters });
  const fronts: Front[] = [];
  const close = async (graceMs: number): Promise<void> => {
    closing.abort();
    await pool.close(graceMs);
    await Promise.all(fronts.map((front) => front.close()));
  };
  try {
    const options = { host, invoker, readyPath, payloadLimitBytes, isReady: () => proof.ready };
    const http = await startHttpFront(options);
    fronts.push(http);
    const grpc = await startGrpcFront(options);
    fronts.push(grpc);
    return {
      httpPort: http.port,
      grpcPort: grpc.port,
      keepWarm(workers) {
        // None is to show any more that it starts.
        if (workers === 0 && proof.failure === undefined) proof.ready = true;
        pool.keepWarm(workers);
      },
      failure: () => (proof.ready ? undefined : proof.failure),
      stats: () => counters.stats(pool.counts(), keepAliveMs),
      usage: () => sum(pool.workers().map((worker) => worker.usage())),
      sweep: pool.sweep,
      close,
    };
  } catch (error) {
    await close(0);
    throw error;
  }
}

/** Whether a function that is to have a warm worker can have one. */
interface Proof {
  ready: boolean;
  failure: string | undefined;
}

/** Starts workers one after another's number, each in a span of the request that asked for it. */
function workerStarter(
  parts: FunctionParts,
  onStarted: (startMs: number) => void,
  proof: Proof,
  signal: AbortSignal,
): (traceparent: string) => Promise<FunctionWorker> {
  const { request, tracing, log, now } = parts;
  let number = 0;
  const start = async (workerId: string, traceparent: string): Promise<FunctionWorker> => {
    const workerLog = log.child({ ...traceFields(traceparent), instance: request.instanceId, worker: workerId });
    const startedAtMs = now();
    try {
      const worker = await startFunctionWorker({ ...parts, workerId, signal }, traceparent);
      const coldStartMs = now() - startedAtMs;
      proof.ready = true;
      onStarted(coldStartMs);
      workerLog.info({ coldStartMs }, "worker ready");
      return worker;
    } catch (error) {
      proof.failure = StraightLineError.from(error).message;
      workerLog.warn(`worker failed: ${proof.failure}`);
      throw error;
    }
  };
  return (parent) => {
    number += 1;
    const workerId = `${request.instanceId}-w${number}`;
    return withSpan(tracing, SPAN.functionColdStart, { parent }, ({ traceparent }) => start(workerId, traceparent));
  };
}

function sum(usages: readonly (InstanceUsage | undefined)[]): InstanceUsage {
  return usages.reduce<InstanceUsage>(
    (total, usage) => ({
      cpuMillicores: total.cpuMillicores + (usage?.cpuMillicores ?? 0),
      memoryBytes: total.memoryBytes + (usage?.memoryBytes ?? 0),
    }),
    { cpuMillicores: 0, memoryBytes: 0 },
  );
}
