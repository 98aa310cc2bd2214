import { Server, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { TlsConfig } from "../config/index.js";
import { StraightLineError } from "../errors/index.js";
import { withTimeout } from "../lifecycle/index.js";
import { assertPortFree } from "../ports/index.js";
import { hostPort, listenerCredentials } from "./listener.js";
import { createReflection, type ReflectedPackage } from "./reflection.js";

/** A service and what answers it. */
export interface ServiceBinding {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** What a gRPC server needs. */
export interface RpcServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls: TlsConfig;
  readonly services: readonly ServiceBinding[];
  /** Shown by server reflection. */
  readonly reflection: ReflectedPackage;
  /** Largest message taken, bytes. */
  readonly maxMessageBytes: number;
}

/** A gRPC server that listens. */
export interface RpcServer {
  readonly port: number;
  /** Health says NOT_SERVING, so that callers go elsewhere; calls are still answered until `drain`. */
  refuse(): void;
  /** Waits for calls under way, at most `timeoutMs`, then cuts them. */
  drain(timeoutMs: number): Promise<void>;
}

/** Starts a gRPC server with health and reflection. Throws PORT_IN_USE or INSECURE_LISTENER. */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const server = new Server({
    "grpc.max_receive_message_length": options.maxMessageBytes,
    "grpc.max_send_message_length": options.maxMessageBytes,
    "grpc.so_reuseport": 0,
  });
  for (const { definition, implementation } of options.services) server.addService(definition, implementation);
  // The server as a whole and each service by its name: one who probes may ask for either.
  const probed = ["", ...options.services.map(({ definition }) => serviceName(definition))];
  const health = new HealthImplementation(Object.fromEntries(probed.map((name) => [name, "SERVING" as const])));
  health.addToServer(server);
  createReflection(options.reflection).addToServer(server);
  const port = await bind(server, options);
  return {
    port,
    refuse: () => {
      for (const name of probed) health.setStatus(name, "NOT_SERVING");
    },
    drain: (timeoutMs) => drain(server, timeoutMs),
  };
}

/** The full name that the paths of a service's methods begin with: `/straightline.v1.PlacementService/Place`. */
function serviceName(definition: ServiceDefinition): string {
  return Object.values(definition)[0]?.path.split("/")[1] ?? "";
}

async function bind(server: Server, { host, port, tls }: RpcServerOptions): Promise<number> {
  const credentials = listenerCredentials(host, tls);
  // grpc-js reports a taken port as a text; this tells it clearly.
  await assertPortFree(host, port);
  return new Promise((resolve, reject) => {
    server.bindAsync(hostPort(host, port), credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(new StraightLineError("START_FAILED", `cannot listen on ${host}:${port}`, { cause: error }));
    });
  });
}

async function drain(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  await withTimeout(closed, timeoutMs, "gRPC drain").catch(() => server.forceShutdown());
}
