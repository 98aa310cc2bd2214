import { Client, connectivityState, credentials } from "@grpc/grpc-js";
import { CHANNEL_OPTIONS } from "../../common/rpc/index.js";
import { createLru } from "../forward/index.js";

/** gRPC channels to instances. */
export interface InstanceChannels {
  /** The client of an endpoint, host:port. */
  get(endpoint: string): Client;
  close(): void;
}

/** Creates the cache: at most `maxInstances` channels, each for messages up to `maxMessageBytes`. */
export function createInstanceChannels(maxInstances: number, maxMessageBytes: number): InstanceChannels {
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
    (endpoint) => new Client(endpoint, credentials.createInsecure(), options),
    (client) => client.close(),
  );
  return {
    get: (endpoint) => clients.get(endpoint),
    close: () => {
      for (const client of clients.clear()) client.close();
    },
  };
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
