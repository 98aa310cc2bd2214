import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsConfig } from "../../common/config/index.js";
import { withTimeout } from "../../common/lifecycle/index.js";
import { listenError } from "../../common/ports/index.js";
import { listenerTls } from "../../common/rpc/index.js";
import { createHttpHandler, type HttpParts } from "./handler.js";
import { measuredHandler } from "./measured.js";

/** Where and how the HTTP side listens. */
export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls: TlsConfig;
  readonly maxConnections: number;
  /** A client that sends its headers slower is cut off, milliseconds. */
  readonly headersTimeoutMs: number;
  /** A client that sends its whole request slower is cut off, milliseconds. */
  readonly requestTimeoutMs: number;
  /** An idle connection is closed after this, milliseconds. */
  readonly idleTimeoutMs: number;
}

/** An HTTP server that listens. */
export interface HttpServer {
  readonly port: number;
  /** No new connection is taken, and idle ones are closed. */
  refuse(): void;
  /** Waits for requests under way, at most `timeoutMs`, then cuts them. */
  drain(timeoutMs: number): Promise<void>;
}

/** How often a draining server looks for idle connections, milliseconds. */
const SWEEP_MS = 20;

/** Starts the HTTP side. Rejects with PORT_IN_USE, START_FAILED or INSECURE_LISTENER. */
export async function startHttpServer(options: HttpServerOptions, parts: HttpParts): Promise<HttpServer> {
  const handler = measuredHandler(parts.metrics, createHttpHandler(parts));
  const listener: RequestListener = (request, response) => void handler(request, response);
  const server = create(options, listener);
  server.maxConnections = options.maxConnections;
  // Without a listener node:http answers 100 at once; ours answers when an instance is ready to take the body.
  server.on("checkContinue", listener);
  await listen(server, options);
  let closed: Promise<void> | undefined;
  const refuse = (): void => {
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
  };
  return {
    port: (server.address() as AddressInfo).port,
    refuse,
    async drain(timeoutMs) {
      refuse();
      // A connection whose answer began before the stop is kept alive by its client: it is closed once it is idle.
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      await withTimeout(closed ?? Promise.resolve(), timeoutMs, "HTTP drain").catch(() => server.closeAllConnections());
      clearInterval(sweep);
    },
  };
}

function create(options: HttpServerOptions, listener: RequestListener): Server {
  const limits: ServerOptions = {
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.idleTimeoutMs,
    // How often the two time-outs above are looked at.
    connectionsCheckingInterval: Math.max(100, Math.min(1000, options.headersTimeoutMs / 2)),
  };
  const material = listenerTls(options.host, options.tls);
  if (material === undefined) return createServer(limits, listener);
  const { cert, key, clientCa } = material;
  return createTlsServer({ ...limits, cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: true }, listener);
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}
