import type { Http2SecureServer, ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { METRIC, type Metrics } from "../../../services/common/observe/index.js";
import type { FrontRequest } from "./access.js";
import type { FrontResponse } from "./answer.js";

/** The connections of a front and what is under way on them. */
export interface Connections {
  /** True from `close` on: nothing new is taken. */
  readonly isClosing: boolean;
  /** Counts a request until its answer has ended. */
  enter(request: FrontRequest, response: FrontResponse): void;
  /** The request may pass: its connection may be idle for as long as the configuration says. */
  admitted(request: FrontRequest): void;
  /** The request may not pass: a connection over HTTP/2 takes no further one. HTTP/1.1's ends with the answer. */
  refused(request: FrontRequest): void;
  /** Ends connections as soon as nothing is under way on them. */
  close(): void;
  /** Ends all at once. */
  cut(): void;
}

/** Bounds of the connections. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  /** A connection with no request under way is closed after this. */
  readonly idleTimeoutMs: number;
}

/** What carries requests: a socket over HTTP/1.1, a session over HTTP/2. */
type Carrier = TLSSocket | ServerHttp2Session;

interface Connection {
  readonly underWay: Set<FrontResponse>;
  /** It has carried a request that may pass. */
  isProven: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** Whoever has shown neither certificate nor lease holds one of the connections no longer than this. */
const UNPROVEN_IDLE_MS = 10_000;
/** A peer has this long to end a connection together with us. */
const PARTING_MS = 1000;

/** Watches a server's connections and counts them; those beyond the limit are closed at once. */
export function trackConnections(
  server: Http2SecureServer,
  { maxConnections, idleTimeoutMs }: ConnectionLimits,
  metrics: Metrics,
): Connections {
  const counted = metrics.counter(METRIC.frontConnections);
  const sockets = new Set<Socket>();
  const connections = new Map<Carrier, Connection>();
  let isClosing = false;

  const part = (carrier: Carrier, connection: Connection): void => {
    leave(carrier);
    connection.timer = setTimeout(() => carrier.destroy(), PARTING_MS).unref();
  };
  const rest = (carrier: Carrier, connection: Connection): void => {
    clearTimeout(connection.timer);
    if (connection.underWay.size > 0 || !connections.has(carrier)) return;
    if (isClosing) {
      part(carrier, connection);
      return;
    }
    const idleMs = connection.isProven ? idleTimeoutMs : Math.min(UNPROVEN_IDLE_MS, idleTimeoutMs);
    connection.timer = setTimeout(() => part(carrier, connection), idleMs).unref();
  };
  const add = (carrier: Carrier): void => {
    const connection: Connection = { underWay: new Set(), isProven: false, timer: undefined };
    connections.set(carrier, connection);
    carrier.on("error", () => {});
    carrier.once("close", () => {
      connections.delete(carrier);
      clearTimeout(connection.timer);
    });
    rest(carrier, connection);
  };

  server.maxConnections = maxConnections;
  server.on("drop", () => counted.add(1, "limit"));
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("session", add);
  // A client that ends in the middle of its handshake is no event beyond this.
  server.on("tlsClientError", () => counted.add(1, "handshake"));
  server.on("secureConnection", (socket: TLSSocket) => {
    counted.add(1, "accepted");
    if (socket.alpnProtocol !== "h2") add(socket);
  });

  metrics.observe(METRIC.frontActive, (set) => set(sockets.size));

  return {
    get isClosing() {
      return isClosing;
    },
    enter(request, response) {
      const carrier = carrierOf(request);
      const connection = carrier && connections.get(carrier);
      if (carrier === undefined || connection === undefined) return;
      connection.underWay.add(response);
      clearTimeout(connection.timer);
      response.once("close", () => {
        connection.underWay.delete(response);
        rest(carrier, connection);
      });
    },
    admitted(request) {
      const carrier = carrierOf(request);
      const connection = carrier && connections.get(carrier);
      if (connection !== undefined) connection.isProven = true;
    },
    refused: (request) => void ("stream" in request && request.stream.session?.close()),
    close() {
      isClosing = true;
      for (const [carrier, connection] of connections) {
        if ("goaway" in carrier) carrier.close();
        for (const response of connection.underWay) if ("shouldKeepAlive" in response) response.shouldKeepAlive = false;
        rest(carrier, connection);
      }
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function carrierOf(request: FrontRequest): Carrier | undefined {
  // All sessions of this server are the server's side.
  return ("stream" in request ? request.stream.session : request.socket) as Carrier | undefined;
}

function leave(carrier: Carrier): void {
  if ("goaway" in carrier) carrier.close();
  else carrier.end();
}
