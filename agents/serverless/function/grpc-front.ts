import {
  type Client,
  type handleUnaryCall,
  Metadata,
  Server,
  type ServerUnaryCall,
  type ServiceDefinition,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { dropStrayTracestateOf, HEADER } from "../../../services/common/observe/index.js";
import { listenerCredentials, toGrpcStatus } from "../../../services/common/rpc/index.js";
import { loadProto } from "../../../services/common/wire/index.js";
import type { Front, FrontOptions } from "./http-front.js";
import type { InvocationContext, WorkResult } from "./invocation.js";
import type { FunctionWorker } from "./worker.js";

type RawCall = ServerUnaryCall<Buffer, Buffer>;
type RawCallback = Parameters<handleUnaryCall<Buffer, Buffer>>[1];

/** ServerLiveResponse and ServerReadyResponse with field 1 true. */
const TRUE_MESSAGE = Buffer.from([0x08, 0x01]);
/** A worker that is ready over HTTP opens its gRPC port within this. */
const CONNECT_TIMEOUT_MS = 2000;
/** Room for what surrounds the payload that is measured. */
const MESSAGE_MARGIN_BYTES = 1024 * 1024;

const PLAINTEXT = { certFile: "", keyFile: "", clientCaFile: "" };

/** Starts the gRPC endpoint of a function: inference.GRPCInferenceService, whose messages pass through as the bytes they are. */
export async function startGrpcFront(options: FrontOptions): Promise<Front> {
  const largest = options.payloadLimitBytes > 0 ? options.payloadLimitBytes + MESSAGE_MARGIN_BYTES : -1;
  const server = new Server({ "grpc.max_receive_message_length": largest, "grpc.max_send_message_length": -1 });
  const definition = rawDefinition();
  const implementation: UntypedServiceImplementation = {};
  for (const [name, { path }] of Object.entries(definition)) implementation[name] = handler(options, name, path);
  server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${options.host}:0`, listenerCredentials(options.host, PLAINTEXT), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(new StraightLineError("START_FAILED", `cannot listen on ${options.host}`, { cause: error }));
    });
  });
  return { port, close: () => Promise.resolve(server.forceShutdown()) };
}

function rawDefinition(): ServiceDefinition {
  const loaded = loadProto(["inference/grpc_service.proto"])["inference.GRPCInferenceService"] as ServiceDefinition;
  const raw = Object.entries(loaded).map(([name, method]) => [
    name,
    {
      ...method,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    },
  ]);
  return Object.fromEntries(raw) as ServiceDefinition;
}

function handler(options: FrontOptions, name: string, path: string): handleUnaryCall<Buffer, Buffer> {
  // As over HTTP: the front end stands for workers that need not be there yet.
  if (name === "ServerLive" || name === "ServerReady") return (_call, callback) => callback(null, TRUE_MESSAGE);
  return (call, callback) => void handle(options, path, call, callback);
}

/** Never rejects: whatever goes wrong is answered. */
async function handle(options: FrontOptions, path: string, call: RawCall, callback: RawCallback): Promise<void> {
  const gone = new AbortController();
  call.once("cancelled", () => gone.abort(new StraightLineError("CANCELLED", "the caller went away")));
  const deadlineMs = Number(call.getDeadline()) - Date.now();
  try {
    if (options.payloadLimitBytes > 0 && call.request.length > options.payloadLimitBytes) {
      throw new StraightLineError("BODY_TOO_LARGE", `the function takes messages of at most ${options.payloadLimitBytes} bytes`);
    }
    await options.invoker.invoke({
      parent: single(call.metadata, "traceparent"),
      callerTimeoutMs: Number.isFinite(deadlineMs) ? Math.max(1, deadlineMs) : undefined,
      gone: gone.signal,
      connect: openConnection,
      work: (client, context) => relay(client, path, call, callback, context),
    });
  } catch (error) {
    const refused = toGrpcStatus(StraightLineError.from(error));
    refused.metadata.set(HEADER.executed, "false");
    callback(refused);
  }
}

function openConnection(worker: FunctionWorker): Promise<Client> {
  const client = worker.grpc();
  return new Promise((resolve, reject) => {
    client.waitForReady(Date.now() + CONNECT_TIMEOUT_MS, (error) => {
      if (error === undefined) resolve(client);
      else if (worker.hasEnded()) reject(error);
      else reject(new StraightLineError("UNSUPPORTED", "the function does not speak gRPC; use HTTP", { cause: error }));
    });
  });
}

/** The worker gets the whole message at once, so that a caller who leaves changes nothing for it: its answer is waited for. */
function relay(
  client: Client,
  path: string,
  call: RawCall,
  callback: RawCallback,
  context: InvocationContext,
): Promise<WorkResult> {
  const metadata = passedOn(call.metadata);
  dropStrayTracestateOf(metadata, call.metadata);
  metadata.set("traceparent", context.traceparent);
  return new Promise((resolve) => {
    const options = { deadline: Date.now() + context.remainingMs() };
    let trailers: Metadata | undefined;
    const upstream = client.makeUnaryRequest(path, identity, identity, call.request, metadata, options, (error, answer) => {
      if (error !== null) return resolve(passError(error, callback));
      callback(null, answer ?? Buffer.alloc(0), trailers);
      resolve({ keepWorker: true });
    });
    upstream.once("metadata", (headers: Metadata) => {
      const initial = passedOn(headers);
      if (context.coldStartMs !== undefined) initial.set(HEADER.coldStartMs, context.coldStartMs.toFixed(1));
      if (!call.cancelled) call.sendMetadata(initial);
    });
    upstream.once("status", ({ metadata: received }) => {
      trailers = passedOn(received);
    });
  });
}

/** A worker that has answered with an error of its own can go on; one that broke off or ran out of time cannot. */
function passError(error: ServiceError, callback: RawCallback): WorkResult {
  if (error.code === status.UNAVAILABLE) {
    const broken = new StraightLineError("INSTANCE_UNAVAILABLE", "the worker ended before it had answered", { cause: error });
    callback(toGrpcStatus(broken));
    return { keepWorker: false, error: broken };
  }
  callback({ code: error.code, details: error.details, metadata: passedOn(error.metadata) });
  if (error.code === status.DEADLINE_EXCEEDED) {
    return { keepWorker: false, error: new StraightLineError("DEADLINE_EXCEEDED", "the function did not answer in time") };
  }
  const clientFault = error.code === status.INVALID_ARGUMENT || error.code === status.NOT_FOUND;
  return { keepWorker: true, clientFault, error: new StraightLineError("INSTANCE_UNAVAILABLE", error.details, { cause: error }) };
}

/** Metadata without what belongs to one connection or is set anew. */
function passedOn(metadata: Metadata): Metadata {
  const copy = new Metadata();
  for (const key of Object.keys(metadata.getMap())) {
    if (/^(:|grpc-(?!status-details)|content-type$|user-agent$|traceparent$|te$|date$)/.test(key)) continue;
    for (const value of metadata.get(key)) copy.add(key, value);
  }
  return copy;
}

function single(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return typeof value === "string" ? value : undefined;
}

function identity(bytes: Buffer): Buffer {
  return bytes;
}
