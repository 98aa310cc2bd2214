import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";

/** HTTP/2 connections to instances, one for each. */
export interface GrpcSessions {
  /** A connected session to host:port; rejects when none comes about. */
  get(endpoint: string): Promise<ClientHttp2Session>;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 2000;
/** An idle session is closed; a stopped instance closes its own. */
const IDLE_MS = 60_000;
/** Streams that one instance may have open; a model server queues what it cannot serve. */
const MAX_STREAMS = 1024;

/** Creates the connections as they are needed. */
export function createGrpcSessions(): GrpcSessions {
  const sessions = new Map<string, Promise<ClientHttp2Session>>();
  const open = async (endpoint: string): Promise<ClientHttp2Session> => {
    const session = connect(`http://${endpoint}`, { peerMaxConcurrentStreams: MAX_STREAMS });
    // Whoever waits for the connection or holds a stream of it is told; without a listener the process would end.
    session.on("error", () => {});
    session.once("close", () => sessions.delete(endpoint));
    session.once("goaway", () => sessions.delete(endpoint));
    try {
      await once(session, "connect", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    } catch (error) {
      session.destroy();
      throw error;
    }
    session.setTimeout(IDLE_MS, () => session.close());
    return session;
  };
  return {
    get(endpoint) {
      const session = sessions.get(endpoint) ?? open(endpoint);
      sessions.set(endpoint, session);
      session.catch(() => sessions.delete(endpoint));
      return session;
    },
    close() {
      for (const session of sessions.values())
        session.then(
          (opened) => opened.destroy(),
          () => {},
        );
      sessions.clear();
    },
  };
}
