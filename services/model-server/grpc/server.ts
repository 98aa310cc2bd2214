import { loadPackageDefinition, Server, ServerCredentials } from "@grpc/grpc-js";
import type { ProtoGrpcType } from "../../../proto/gen/grpc_service.js";
import { withTimeout } from "../../common/lifecycle/index.js";
import { listenError } from "../../common/ports/index.js";
import { loadProto } from "../../common/wire/index.js";
import { noteBegin } from "./call-begins.js";
import { createGrpcImplementation, type GrpcParts } from "./implementation.js";

/** Where the gRPC side listens. */
export interface GrpcServerOptions extends GrpcParts {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Folder that holds inference/grpc_service.proto. */
  readonly protoDirectory: string;
  /** Largest message, bytes. */
  readonly maxMessageBytes: number;
}

/** A gRPC server that listens. */
export interface GrpcServer {
  readonly port: number;
  /** Takes no more calls; resolves when the last answer is sent, or after `timeoutMs`, when what is left is cut. */
  close(timeoutMs: number): Promise<void>;
}

/** Room for the fields around a body of the largest size. */
const ENVELOPE_BYTES = 64 * 1024;

/** Starts the gRPC side. Rejects with PORT_IN_USE or START_FAILED. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const definition = loadProto(["inference/grpc_service.proto"], options.protoDirectory);
  const { inference } = loadPackageDefinition(definition) as unknown as ProtoGrpcType;
  const server = new Server({
    "grpc.max_receive_message_length": options.maxMessageBytes + ENVELOPE_BYTES,
    "grpc.so_reuseport": 0,
    interceptors: [noteBegin],
  });
  server.addService(inference.GRPCInferenceService.service, { ...createGrpcImplementation(options) });
  const port = await bind(server, options.host, options.port);
  return {
    port,
    close: (timeoutMs) => {
      const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      return withTimeout(closed, timeoutMs, "closing gRPC").catch(() => server.forceShutdown());
    },
  };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (cause, bound) => {
      if (cause === null) return resolve(bound);
      // grpc-js folds the system's code into its text.
      const taken = cause.message.includes("EADDRINUSE");
      reject(listenError(taken ? { code: "EADDRINUSE" } : cause, host, port));
    });
  });
}
