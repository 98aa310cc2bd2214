import { connect, createServer, isIPv4, type Server, type Socket } from "node:net";
import { systemCode } from "../../services/common/errors/index.js";
import type { Logger } from "../../services/common/observe/index.js";
import { isLoopback } from "../../services/common/rpc/index.js";
import { type Engine, QUERY_TIMEOUT_MS } from "./engine.js";

/**
 * Lets containers reach a trace collector that listens on this machine's loopback, which a bridge network does not lead to: a TCP relay on
 * the bridge's own address, which only this machine and its containers reach.
 */
export interface TelemetryRelay {
  /** The endpoint as containers reach it; undefined: they cannot, and record no traces. Never rejects. */
  endpointFor(endpoint: string): Promise<string | undefined>;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 256;
const IDLE_TIMEOUT_MS = 60_000;

/** A relay that starts to listen when it is first needed, on the collector's port, so that it is the same after a restart. */
export function createTelemetryRelay(engine: Engine, log: Logger): TelemetryRelay {
  const servers = new Map<number, Server>();
  const sockets = new Set<Socket>();
  const ensureServer = async (address: string, port: number): Promise<void> => {
    if (servers.has(port)) return;
    const server = await listen(address, port, sockets);
    if (server !== undefined) servers.set(port, server);
  };
  return {
    async endpointFor(endpoint) {
      const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
      if (url === undefined || !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) return endpoint;
      try {
        const address = await bridgeAddress(engine);
        if (address === undefined) return undefined;
        await ensureServer(address, portOf(url));
        url.hostname = address;
        return url.href.replace(/\/$/, "");
      } catch (error) {
        log.warn({ endpoint, reason: String(error) }, "containers cannot reach the trace collector");
        return undefined;
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([...servers.values()].map((server) => new Promise((resolve) => server.close(resolve))));
      servers.clear();
    },
  };
}

function portOf(url: URL): number {
  return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}

/**
 * The default bridge's own address, as the engine names it: the system does not list a bridge that no container is attached to. Where the
 * engine runs on another machine (a VM, a remote host), listening on it fails.
 */
async function bridgeAddress(engine: Engine): Promise<string | undefined> {
  const network = await engine.call("inspecting the bridge network", QUERY_TIMEOUT_MS, (docker) =>
    docker.getNetwork("bridge").inspect(),
  );
  const gateways: (string | undefined)[] = (network.IPAM?.Config ?? []).map(({ Gateway }) => Gateway);
  return gateways.find((gateway) => gateway !== undefined && isIPv4(gateway));
}

/** Undefined when the port is taken: the collector itself, listening on every address, or the relay of another agent. */
function listen(address: string, port: number, sockets: Set<Socket>): Promise<Server | undefined> {
  const server = createServer((client) => relay(client, port, sockets));
  server.maxConnections = MAX_CONNECTIONS;
  // The relay alone must not keep the process alive.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", (error) => (systemCode(error) === "EADDRINUSE" ? resolve(undefined) : reject(error)));
    server.listen(port, address, () => resolve(server));
  });
}

function relay(client: Socket, port: number, sockets: Set<Socket>): void {
  const collector = connect({ host: "127.0.0.1", port });
  for (const [socket, other] of [
    [client, collector],
    [collector, client],
  ] as const) {
    sockets.add(socket);
    socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
    socket.once("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
    // What follows is `close`; the exporter tries again by itself.
    socket.on("error", () => {});
    socket.pipe(other);
  }
}
