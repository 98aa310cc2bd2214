import type { Socket } from "node:net";
import type { ConnectionOptions, NatsConnection } from "nats";
import { NatsConnectionImpl, Parser, setTransportFactory } from "nats/lib/nats-base-client/internal_mod.js";
import { NodeTransport, nodeResolveHost } from "nats/lib/src/node_transport.js";

/**
 * The client's own transport, but one that is given up is closed. The client forgets a dial that takes too long; a server that was frozen greets it all the same, and when it
 * later cuts that connection off, the client takes this for the end of the one that it uses, dials again, and reads two connections as if they were one.
 */
class Transport extends NodeTransport {
  #givenUp = false;

  override async dial(target: { hostname: string; port: number }): Promise<Socket> {
    const socket = await super.dial(target);
    if (this.#givenUp) socket.destroy();
    return socket;
  }

  override async close(error?: Error): Promise<void> {
    this.#givenUp = true;
    if (!this.connected) this.socket?.destroy();
    await super.close(error);
  }

  /** Of a server that does not answer: it does not take what is still to be sent either. */
  override disconnect(): void {
    void this.close();
  }

  /** A reader that has ended early could not make sense of what came: the connection is of no more use. */
  override async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    try {
      yield* this.iterate();
    } finally {
      if (!this.isClosed) this.disconnect();
    }
  }
}

/** The client writes the error of its parser to standard output: it must not hold what somebody has sent. */
Object.assign(Parser.prototype, {
  fail: (data: Uint8Array, label = "parse error") => new Error(`${label}: ${data.length} bytes are no message of NATS`),
});

/** As the client's own `connect`. */
export function connect(options: ConnectionOptions): Promise<NatsConnection> {
  setTransportFactory({ factory: () => new Transport(), dnsResolveFn: nodeResolveHost });
  return NatsConnectionImpl.connect(options);
}
