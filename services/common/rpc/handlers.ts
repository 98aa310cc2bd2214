import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type ServerDuplexStream,
  type ServerWritableStream,
  status,
} from "@grpc/grpc-js";
import { causeChain, StraightLineError } from "../errors/index.js";
import { type Logger, METRIC, type Metrics, traceFields } from "../observe/index.js";
import { toGrpcStatus } from "./status.js";

/** What a handler may know of its call. */
export interface CallContext {
  /** Time left, milliseconds; undefined when the caller set no deadline. */
  readonly deadlineMs: number | undefined;
  /** W3C traceparent that the caller sent. */
  readonly traceparent: string | undefined;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
}

/** Wraps plain async functions as grpc-js handlers: grpc-js neither awaits a handler nor hides the message of an unknown error. */
export interface Handlers {
  unary<Req, Res>(handler: (request: Req, context: CallContext) => Promise<Res> | Res): handleUnaryCall<Req, Res>;
  /** `send` resolves when the stream takes more: awaiting it is the backpressure. */
  serverStream<Req, Res>(
    handler: (request: Req, context: CallContext, send: (message: Res) => Promise<void>) => Promise<void>,
  ): handleServerStreamingCall<Req, Res>;
  bidi<Req, Res>(
    handler: (requests: AsyncIterable<Req>, context: CallContext, send: (message: Res) => Promise<void>) => Promise<void>,
  ): handleBidiStreamingCall<Req, Res>;
}

interface AnyCall {
  readonly metadata: Metadata;
  getDeadline(): Date | number;
  on(event: "cancelled", listener: () => void): unknown;
}

/** The only RPC system here, as OpenTelemetry calls it. */
const RPC_SYSTEM = "grpc";

type LoggedCall = Pick<AnyCall, "metadata"> & { getPath(): string };

/** Handlers that log every fault once, with its causes, answer with a safe status, and count unary calls. */
export function createHandlers(log: Logger, metrics: Metrics): Handlers {
  const durations = metrics.histogram(METRIC.rpcDuration);
  const statusOf = (thrown: unknown, call: LoggedCall) => {
    const error = StraightLineError.from(thrown);
    const fields = { ...traceFields(traceparentOf(call)), path: call.getPath(), code: error.code };
    if (error.code === "INTERNAL") log.error({ ...fields, chain: causeChain(error) }, "request failed");
    else log.debug(fields, error.message);
    return toGrpcStatus(error);
  };
  return {
    unary: (handler) => (call, callback) => {
      const startedMs = performance.now();
      const method = call.getPath().slice(1);
      const count = (code: status): void => {
        durations.record((performance.now() - startedMs) / 1000, RPC_SYSTEM, method, status[code]);
      };
      Promise.resolve()
        .then(() => handler(call.request, contextOf(call)))
        .then(
          (response) => {
            count(status.OK);
            callback(null, response);
          },
          (thrown) => {
            const failure = statusOf(thrown, call);
            count(failure.code);
            callback(failure);
          },
        );
    },
    serverStream: (handler) => (call) => {
      handler(call.request, contextOf(call), (message) => write(call, message)).then(
        () => call.end(),
        (thrown) => call.emit("error", statusOf(thrown, call)),
      );
    },
    bidi: (handler) => (call) => {
      // Left to itself the iteration destroys the call where the requests end, and with it the answers that are still to come.
      const requests = call.iterator({ destroyOnReturn: false });
      handler(requests, contextOf(call), (message) => write(call, message)).then(
        () => call.end(),
        (thrown) => call.emit("error", statusOf(thrown, call)),
      );
    },
  };
}

function traceparentOf({ metadata }: Pick<AnyCall, "metadata">): string | undefined {
  const traceparent = metadata.get("traceparent")[0];
  return typeof traceparent === "string" ? traceparent : undefined;
}

function contextOf(call: AnyCall): CallContext {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort());
  const deadline = Number(call.getDeadline());
  return {
    deadlineMs: Number.isFinite(deadline) ? deadline - Date.now() : undefined,
    traceparent: traceparentOf(call),
    signal: controller.signal,
  };
}

function write<Req, Res>(call: ServerWritableStream<Req, Res> | ServerDuplexStream<Req, Res>, message: Res): Promise<void> {
  if (call.cancelled || call.writableEnded) {
    return Promise.reject(new StraightLineError("CANCELLED", "the caller went away"));
  }
  if (call.write(message)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      call.off("drain", settle);
      call.off("cancelled", settle);
      if (call.cancelled) reject(new StraightLineError("CANCELLED", "the caller went away"));
      else resolve();
    };
    call.once("drain", settle);
    call.once("cancelled", settle);
  });
}
