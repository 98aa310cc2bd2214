import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { EXPOSITION_TYPE, exposition } from "./exposition.js";
import type { Metrics } from "./metrics.js";
import type { Resource } from "./resource.js";

/** The only address that metrics are served on: whoever scrapes runs on the machine; further away goes OTLP. */
const HOST = "127.0.0.1";
/** A scraper that needs longer than this to ask is cut off. */
const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 16;

/** Metrics that are served. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `GET /metrics` on loopback. Rejects with the system's error when it cannot listen. */
export async function serveMetrics(metrics: Metrics, resource: Resource, port: number): Promise<MetricsServer> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: REQUEST_TIMEOUT_MS },
    (request, response) => answer(request, response, () => exposition(metrics.collect(), resource)),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, port);
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : port, close: () => close(server) };
}

function answer({ method, url }: IncomingMessage, response: ServerResponse, render: () => string): void {
  if (url?.split("?")[0] !== "/metrics") return void response.writeHead(404).end("metrics are at /metrics\n");
  if (method !== "GET" && method !== "HEAD") return void response.writeHead(405, { allow: "GET, HEAD" }).end();
  response.writeHead(200, { "content-type": EXPOSITION_TYPE }).end(method === "HEAD" ? undefined : render());
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      // It must keep no process alive that has nothing else to do.
      server.unref();
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
