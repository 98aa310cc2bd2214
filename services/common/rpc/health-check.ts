import { type Client, credentials, makeClientConstructor } from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import type { UnaryMethod } from "./client.js";

/** `Check` of grpc.health.v1; service "": the server as a whole. */
export type HealthCheck = UnaryMethod<{ service: string }, { status: string }>;

const Health = makeClientConstructor(service, "Health");

/** The health check of the server that a client is connected to. */
export function healthCheck(of: Client): HealthCheck {
  const channel = of.getChannel();
  // The channel has credentials of its own; these are not used.
  const client = new Health(channel.getTarget(), credentials.createInsecure(), { channelOverride: channel });
  return client["Check"]?.bind(client) as HealthCheck;
}
