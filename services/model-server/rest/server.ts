import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { listenError } from "../../common/ports/index.js";
import { createRestHandler, type RestParts } from "./handler.js";

/** Where the REST side listens. */
export interface RestServerOptions extends RestParts {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** A REST server that listens. */
export interface RestServer {
  readonly port: number;
  /** Takes no more connections; resolves when the last answer is sent. */
  close(): Promise<void>;
}

/** Longer than the idle time of clients' pools, so that the client closes first and no request meets a closing connection. */
const KEEP_ALIVE_MS = 75_000;

/** A client that sends its headers slower than this is cut off. */
const HEADERS_TIMEOUT_MS = 10_000;

/** Starts the REST side. Rejects with PORT_IN_USE or START_FAILED. */
export async function startRestServer(options: RestServerOptions): Promise<RestServer> {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: options.timeoutMs + HEADERS_TIMEOUT_MS,
    },
    createRestHandler(options),
  );
  await listen(server, options.host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}
