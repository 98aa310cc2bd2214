import type { StopStep } from "../common/lifecycle/index.js";
import { type Logger, type Metrics, type Tracing, traceFields } from "../common/observe/index.js";
import { startGrpcServer } from "./grpc/index.js";
import { loadModels } from "./models/index.js";
import { startRestServer } from "./rest/index.js";
import { createInferenceService } from "./serving/index.js";

/** What a model server needs. */
export interface ModelServerOptions {
  readonly host: string;
  /** Port of HTTP; 0: any free port. */
  readonly port: number;
  /** Port of gRPC; 0: any free port. */
  readonly grpcPort: number;
  /** Directory of models. */
  readonly models: string;
  readonly concurrency: number;
  readonly queueLimit: number;
  readonly threads: number;
  readonly maxBodyBytes: number;
  readonly maxImagePixels: number;
  readonly maxBatch: number;
  readonly timeoutMs: number;
  readonly drainTimeoutMs: number;
  /** Trace context of whoever started the process; undefined: none. */
  readonly traceparent: string | undefined;
  /** Folder that holds inference/grpc_service.proto. */
  readonly protoDirectory: string;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
}

/** A model server that is ready. */
export interface ModelServer {
  readonly port: number;
  readonly grpcPort: number;
  /** In the order in which they are to be run. */
  readonly stopSteps: readonly StopStep[];
}

/**
 * Loads and warms up the models, then listens: whoever can connect finds a server that is ready. Rejects with ARTIFACT_INVALID, PORT_IN_USE or
 * START_FAILED.
 */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const { log, tracing, metrics, now, drainTimeoutMs } = options;
  const models = await loadModels({ ...options, directory: options.models });
  const service = createInferenceService({ models, tracing, metrics, now, slots: options });
  const parts = { ...options, service };
  const grpc = await startGrpcServer({ ...parts, port: options.grpcPort, maxMessageBytes: options.maxBodyBytes });
  const rest = await startRestServer(parts);
  const { host, traceparent } = options;
  log.info({ ...traceFields(traceparent), host, port: rest.port, grpcPort: grpc.port, models: service.modelNames }, "ready");
  return {
    port: rest.port,
    grpcPort: grpc.port,
    stopSteps: [
      { name: "finish requests", run: () => service.drain() },
      { name: "close HTTP", run: () => rest.close() },
      { name: "close gRPC", run: () => grpc.close(drainTimeoutMs) },
      { name: "release models", run: () => releaseAll([...models.values()]) },
    ],
  };
}

async function releaseAll(models: readonly { release(): Promise<void> }[]): Promise<void> {
  await Promise.all(models.map((model) => model.release()));
}
