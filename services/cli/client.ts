import type { ClientReadableStream } from "@grpc/grpc-js";
import type { DeploymentServiceClient } from "../../proto/gen/straightline/v1/DeploymentService.js";
import type { FleetServiceClient } from "../../proto/gen/straightline/v1/FleetService.js";
import type { JobServiceClient } from "../../proto/gen/straightline/v1/JobService.js";
import type { PlacementServiceClient } from "../../proto/gen/straightline/v1/PlacementService.js";
import { StraightLineError } from "../common/errors/index.js";
import {
  type CallOptions,
  CHANNEL_OPTIONS,
  type ClientTls,
  callUnary,
  channelCredentials,
  type HealthCheck,
  healthCheck,
  readStream,
  type UnaryMethod,
} from "../common/rpc/index.js";
import { straightlineServices } from "../common/wire/index.js";

/** A command waits this long for the placement service, milliseconds. */
const CALL_TIMEOUT_MS = 10_000;

/** The placement service, as commands use it. */
export interface PlacementApi {
  readonly placement: PlacementServiceClient;
  readonly fleet: FleetServiceClient;
  readonly deployment: DeploymentServiceClient;
  readonly jobs: JobServiceClient;
  readonly health: HealthCheck;
  /** Calls a method bound to its client, in the caller's trace if it has one; rejects with a StraightLineError. */
  call<Req, Res>(method: UnaryMethod<Req, Res>, request: Req, options?: Partial<CallOptions>): Promise<Res>;
  /** The messages of a server stream; throws a StraightLineError. */
  read<T>(stream: ClientReadableStream<T>): AsyncGenerator<T, void>;
  close(): void;
}

/** Clients of the services at one address. Nothing is sent before the first call. */
export function connectPlacement(address: string, tls: ClientTls): PlacementApi {
  const services = straightlineServices();
  const credentials = channelCredentials(tls);
  const placement = new services.PlacementService(address, credentials, CHANNEL_OPTIONS);
  const fleet = new services.FleetService(address, credentials, CHANNEL_OPTIONS);
  const deployment = new services.DeploymentService(address, credentials, CHANNEL_OPTIONS);
  const jobs = new services.JobService(address, credentials, CHANNEL_OPTIONS);
  const unanswered = `the placement service at ${address} does not answer in time`;
  return {
    placement,
    fleet,
    deployment,
    jobs,
    health: healthCheck(placement),
    async call(method, request, options) {
      try {
        return await callUnary(method, request, { timeoutMs: CALL_TIMEOUT_MS, unanswered, ...options });
      } catch (error) {
        throw withAddress(error, address);
      }
    },
    async *read(stream) {
      try {
        yield* readStream(stream);
      } catch (error) {
        throw withAddress(error, address);
      }
    },
    close: () => {
      for (const client of [placement, fleet, deployment, jobs]) client.close();
    },
  };
}

/** Whoever sees no service wants to know where it was looked for. */
function withAddress(error: unknown, address: string): unknown {
  if (!(error instanceof StraightLineError) || error.code !== "PLACEMENT_UNAVAILABLE") return error;
  const message = `no placement service answers at ${address}; start one (npm start), or name another with --placement`;
  return new StraightLineError("PLACEMENT_UNAVAILABLE", message, { cause: error });
}
