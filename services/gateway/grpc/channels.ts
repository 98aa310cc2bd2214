import { Client, connectivityState, credentials } from "@grpc/grpc-js";
import { CHANNEL_OPTIONS } from "../../common/rpc/index.js";
import { createLru, type FrontTls, isFronted } from "../forward/index.js";
import type { Placement } from "../placement-client/index.js";

/** gRPC channels to instances. */
export interface InstanceChannels {
  /** The client of a placed instance, which has a gRPC endpoint; instances behind one front share a channel. */
  get(placement: Placement): Client;
  close(): void;
}

/** Creates the cache: at most `maxInstances` channels, each for messages up to `maxMessageBytes`; `frontTls` is for instances that an agent fronts, and there are none without it. */
export function createInstanceChannels(
  maxInstances: number,
  maxMessageBytes: number,
  frontTls: FrontTls | undefined,
): InstanceChannels {
  const options = {
    ...CHANNEL_OPTIONS,
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    // The gateway decides itself what may be sent twice.
    "grpc.enable_retries": 0,
  };
  // grpc-js lets calls under way finish when a client is closed.
  const clients = createLru(
    maxInstances,
    (key) => {
      const tls = key.startsWith("+") ? frontTls : undefined;
      const channel = tls === undefined ? credentials.createInsecure() : credentials.createSsl(tls.ca, tls.key, tls.cert);
      return new Client(key.slice(1), channel, options);
    },
    (client) => client.close(),
  );
  return {
    get: (placement) => clients.get(`${isFronted(placement) ? "+" : "-"}${placement.grpcEndpoint}`),
    close: () => {
      for (const client of clients.clear()) client.close();
    },
  };
}

/** Whether a call would go out at once. */
export function isConnected(client: Client): boolean {
  return client.getChannel().getConnectivityState(false) === connectivityState.READY;
}

/**
 * Resolves true once the channel is connected, false when an attempt to connect has failed or `timeoutMs` has passed. Connecting before
 * sending tells a request that never left from one that may have been executed.
 */
export function ensureConnected(client: Client, timeoutMs: number): Promise<boolean> {
  const channel = client.getChannel();
  const deadline = Date.now() + timeoutMs;
  return new Promise((resolve) => {
    const look = (changed: boolean): void => {
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.READY) resolve(true);
      // A failure from before this request is no answer: the next attempt is.
      else if (state === connectivityState.SHUTDOWN || (changed && state === connectivityState.TRANSIENT_FAILURE)) resolve(false);
      else channel.watchConnectivityState(state, deadline, (error) => (error === undefined ? look(true) : resolve(false)));
    };
    look(false);
  });
}
