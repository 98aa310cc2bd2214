import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import { causeChain, StraightLineError } from "../../../services/common/errors/index.js";
import { withTimeout } from "../../../services/common/lifecycle/index.js";
import { type Logger, METRIC, type Metrics } from "../../../services/common/observe/index.js";
import { listenError } from "../../../services/common/ports/index.js";
import { hostPort, listenerTls } from "../../../services/common/rpc/index.js";
import { type AccessRules, admit, type FrontRequest } from "./access.js";
import { type FrontResponse, isGrpc, refuse } from "./answer.js";
import type { FrontConfig } from "./config.js";
import { type Connections, trackConnections } from "./connections.js";
import { assertBodySize, type FrontExchange, UntouchedError } from "./exchange.js";
import { forwardGrpc } from "./forward-grpc.js";
import { forwardHttp } from "./forward-http.js";
import { createGrpcSessions, type GrpcSessions } from "./grpc-sessions.js";

/** An instance as the front sees it. */
export interface FrontedInstance {
  readonly application: string;
  readonly httpEndpoint: string;
  readonly grpcEndpoint: string;
  /** 0: none of its own. */
  readonly payloadLimitBytes: number;
}

/** What a front is made of. */
interface FrontOptions {
  readonly config: FrontConfig;
  readonly access: Omit<AccessRules, "gateways">;
  /** An instance that runs here; undefined: none. */
  readonly find: (instanceId: string) => FrontedInstance | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A front that listens. */
export interface Front {
  /** host:port that clients reach it by. */
  readonly address: string;
  /** Refuses new requests as ones that no instance has seen, lets those under way finish for at most `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 2000;
/** Requests that one HTTP/2 connection may have open: a gateway has one connection to a node. */
const MAX_STREAMS = 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/** What a request passes through. */
interface Parts {
  readonly rules: AccessRules;
  readonly connections: Connections;
  readonly agent: Agent;
  readonly sessions: GrpcSessions;
}

const WILDCARDS: readonly string[] = ["0.0.0.0", "::"];

/** Gateways that were told of a wildcard would call themselves. */
function requireName({ host, advertisedHost }: FrontConfig): void {
  if (advertisedHost !== "" || !WILDCARDS.includes(host)) return;
  const message = `front.advertisedHost: must be the name or address that clients reach the node by, as front.host is ${host}; got ""`;
  throw new StraightLineError("CONFIG_INVALID", message);
}

/**
 * Starts the one listener by which other machines reach the instances of a node, which stay on loopback: TLS, HTTP/1.1 and HTTP/2, for gateways' certificates and for
 * leases. Rejects with INSECURE_LISTENER, CONFIG_INVALID, PORT_IN_USE or START_FAILED.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { config } = options;
  requireName(config);
  const server = createServer(config);
  const rules: AccessRules = { ...options.access, gateways: new Set(names(config.gateways)) };
  // The instance's own time-outs and the client's end a request.
  const agent = new Agent({ connectTimeout: CONNECT_TIMEOUT_MS, headersTimeout: 0, bodyTimeout: 0, pipelining: 1 });
  const sessions = createGrpcSessions();
  const connections = trackConnections(server, config, options.metrics);
  const onRequest = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    // With allowHTTP1 the server also emits the classes of node:http, which its type does not say.
    const [any, answer] = [request as FrontRequest, response as FrontResponse];
    connections.enter(any, answer);
    void serve(any, answer, options, { rules, connections, agent, sessions });
  };
  server.on("request", onRequest).on("checkContinue", onRequest);
  await listen(server, config);
  const { port } = server.address() as AddressInfo;
  return {
    address: hostPort(config.advertisedHost || config.host, port),
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      connections.close();
      await withTimeout(closed, graceMs, "the front").catch(() => connections.cut());
      sessions.close();
      await agent.destroy();
    },
  };
}

function createServer({ host, certFile, keyFile, clientCaFile }: FrontConfig): Http2SecureServer {
  const material = certFile && keyFile && clientCaFile ? listenerTls(host, { certFile, keyFile, clientCaFile }) : undefined;
  if (material === undefined) {
    const needs = "--front-cert-file, --front-key-file and --front-client-ca-file";
    throw new StraightLineError("INSECURE_LISTENER", `the front on ${host} needs ${needs}`);
  }
  const { cert, key, clientCa: ca } = material;
  return createSecureServer({
    ...{ cert, key, ca, minVersion: "TLSv1.2", handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
    // Whoever has a lease needs no certificate: each request is looked at by itself.
    ...{ requestCert: true, rejectUnauthorized: false, allowHTTP1: true },
    ...{ maxHeaderSize: MAX_HEADER_BYTES, settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES } },
  });
}

/** Never rejects: whatever goes wrong is answered, or cuts the answer off. */
async function serve(
  request: FrontRequest,
  response: FrontResponse,
  { find, config, log, metrics }: FrontOptions,
  { rules, connections, agent, sessions }: Parts,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.on("error", () => gone.abort());
  const requests = metrics.counter(METRIC.frontRequests);
  let isAdmitted = false;
  let found: FrontedInstance | undefined;
  try {
    const { instanceId, application } = admit(request, rules);
    isAdmitted = true;
    connections.admitted(request);
    const instance = connections.isClosing ? undefined : find(instanceId);
    if (instance === undefined || (application !== undefined && instance.application !== application))
      throw new UntouchedError(instanceId);
    found = instance;
    const maxBodyBytes = instance.payloadLimitBytes > 0 ? instance.payloadLimitBytes : config.maxBodyBytes;
    const exchange: FrontExchange = { ...instance, request, response, instanceId, maxBodyBytes, gone: gone.signal };
    assertBodySize(exchange);
    await (isGrpc(request) ? forwardGrpc(sessions, exchange) : forwardHttp(agent, exchange));
    requests.add(1, instance.application, "passed");
  } catch (thrown) {
    const error = StraightLineError.from(thrown);
    requests.add(1, found?.application ?? "", gone.signal.aborted ? "client-gone" : error.code);
    if (gone.signal.aborted) return;
    log.debug({ code: error.code, chain: causeChain(thrown) }, "the front has refused a request or lost its answer");
    refuse(request, response, error, !isAdmitted || error instanceof UntouchedError);
    if (!isAdmitted) connections.refused(request);
  }
}

function listen(server: Http2SecureServer, { host, port }: FrontConfig): Promise<void> {
  server.on("sessionError", () => {});
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}

function names(list: string): string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
