import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from "node:http2";

/** HTTP/2 connections to instances, one for each. */
export interface GrpcSessions {
  /** Opens a stream to host:port; rejects where no connection comes about, and nothing has been sent then. */
  request(endpoint: string, headers: OutgoingHttpHeaders): Promise<ClientHttp2Stream>;
  close(): void;
}

interface Connection {
  readonly session: ClientHttp2Session;
  readonly connected: Promise<unknown>;
  openStreams: number;
  idle: NodeJS.Timeout | undefined;
}

const CONNECT_TIMEOUT_MS = 2000;
/** A session without streams is closed; a stopped instance closes its own. */
const IDLE_MS = 60_000;
/** Streams that one instance may have open; a model server queues what it cannot serve. */
const MAX_STREAMS = 1024;

/** Creates the connections as they are needed, and closes one that has had no stream for `idleMs`. */
export function createGrpcSessions(idleMs = IDLE_MS): GrpcSessions {
  const connections = new Map<string, Connection>();
  const open = (endpoint: string): Connection => {
    const session = connect(`http://${endpoint}`, { peerMaxConcurrentStreams: MAX_STREAMS });
    const connection: Connection = { session, connected: established(session), openStreams: 0, idle: undefined };
    const forget = (): void => {
      clearTimeout(connection.idle);
      // Another may have taken its place.
      if (connections.get(endpoint) === connection) connections.delete(endpoint);
    };
    session.once("close", forget).once("goaway", forget);
    connections.set(endpoint, connection);
    return connection;
  };
  const present = (endpoint: string): Connection | undefined => {
    const connection = connections.get(endpoint);
    return connection?.session.closed || connection?.session.destroyed ? undefined : connection;
  };
  return {
    async request(endpoint, headers) {
      const connection = present(endpoint) ?? open(endpoint);
      await connection.connected;
      const stream = connection.session.request(headers);
      hold(connection, stream, idleMs);
      return stream;
    },
    close() {
      for (const { session } of connections.values()) session.destroy();
      connections.clear();
    },
  };
}

/** Resolves once it is connected; destroys a session that does not come about. */
async function established(session: ClientHttp2Session): Promise<void> {
  // Whoever waits for the connection or holds a stream of it is told; without a listener the process would end.
  session.on("error", () => {});
  try {
    await once(session, "connect", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  } catch (error) {
    session.destroy();
    throw error;
  }
}

/** Keeps the connection for as long as the stream is open, and `idleMs` more. */
function hold(connection: Connection, stream: ClientHttp2Stream, idleMs: number): void {
  clearTimeout(connection.idle);
  connection.openStreams += 1;
  stream.once("close", () => {
    connection.openStreams -= 1;
    if (connection.openStreams > 0) return;
    connection.idle = setTimeout(() => connection.session.close(), idleMs).unref();
  });
}
