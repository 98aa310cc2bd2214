import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import {
  Client,
  credentials,
  type handleBidiStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerErrorResponse,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { type Front, type FrontConfig, type FrontedInstance, startFront } from "../../agents/common/front/index.js";
import { createKeyPair } from "../../services/common/bus/index.js";
import { createLeaseReader, createLeaseSigner, type Lease } from "../../services/common/lease/index.js";
import { createMetrics, type Metrics } from "../../services/common/observe/index.js";
import type { ClientTls } from "../../services/common/rpc/index.js";
import { testDirectory, testLog } from "./agent-harness.js";
import { createAuthority, type TestAuthority } from "./certificates.js";

/** A front with one instance, `one`, whose behaviour a test sets. */
export interface FrontUnderTest extends AsyncDisposable {
  readonly front: Front;
  readonly port: number;
  readonly authority: TestAuthority;
  /** Of the gateway. */
  readonly gateway: ClientTls;
  readonly directory: string;
  readonly instances: Map<string, FrontedInstance>;
  readonly metrics: Metrics;
  /** What the instance does over HTTP. */
  listener: RequestListener;
  /** That have reached the instance over HTTP since `listener` was set. */
  readonly requests: number;
  /** The next unary gRPC call fails so, before any message. */
  failNextGrpc(failure: Partial<ServerErrorResponse>): void;
  /** Values of a metric by its labels, for example `app passed`. */
  counted(metric: { readonly name: string }): Readonly<Record<string, unknown>>;
  /** A token for a lease of the instance `one`, changed as told. */
  lease(changes?: Partial<Lease>): string;
}

/** Starts it; `overrides` change the front's configuration. */
export async function startFrontUnderTest(overrides: Partial<FrontConfig> = {}): Promise<FrontUnderTest> {
  const directory = await testDirectory();
  const authority = createAuthority(directory.path, "ca");
  const [server, gateway] = [authority.issue("node"), authority.issue("gateway")];
  const account = createKeyPair("account");
  const sign = createLeaseSigner(account.seed);
  const config: FrontConfig = {
    ...{ host: "127.0.0.1", port: 0, advertisedHost: "", gateways: "gateway", maxConnections: 32 },
    ...{ certFile: server.certFile, keyFile: server.keyFile, clientCaFile: authority.caFile },
    ...{ maxBodyBytes: 32 * 1024 * 1024, idleTimeoutMs: 30_000 },
    ...overrides,
  };
  const instances = new Map<string, FrontedInstance>();
  const access = { nodeId: "node-1", now: Date.now, readLease: createLeaseReader(account.publicKey) };
  const metrics = createMetrics();
  const front = await startFront({ config, access, find: (id) => instances.get(id), log: testLog, metrics }).catch(
    async (error: unknown) => {
      await directory[Symbol.asyncDispose]();
      throw error;
    },
  );
  let requests = 0;
  let listener: RequestListener = (_, response) => void response.end("one");
  const http = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  }).listen(0, "127.0.0.1");
  await once(http, "listening");
  const grpc = await startEchoServer();
  instances.set("one", {
    application: "app",
    httpEndpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    grpcEndpoint: `127.0.0.1:${grpc.port}`,
    payloadLimitBytes: 0,
  });
  return {
    front,
    port: Number(front.address.split(":").at(-1)),
    authority,
    gateway,
    directory: directory.path,
    instances,
    metrics,
    get requests() {
      return requests;
    },
    get listener() {
      return listener;
    },
    set listener(by) {
      listener = by;
      requests = 0;
    },
    failNextGrpc: grpc.failNext,
    counted(metric) {
      const points = metrics.collect().find(({ definition }) => definition.name === metric.name)?.points ?? [];
      return Object.fromEntries(points.map(({ labels = [], value }) => [labels.join(" "), value]));
    },
    lease: (changes = {}) =>
      sign({
        ...{ placementId: "p-1", application: "app", nodeId: "node-1", instanceId: "one" },
        ...{ issuedAtMs: Date.now(), expiresAtMs: Date.now() + 30_000 },
        ...changes,
      }),
    async [Symbol.asyncDispose]() {
      await front.close(0);
      http.closeAllConnections();
      http.close();
      grpc.server.forceShutdown();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** An answer, whole. */
export interface FrontAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** One request over HTTP/1.1; `tls` undefined: without a certificate. */
export async function callFront(
  { port, authority }: { readonly port: number; readonly authority: Pick<TestAuthority, "caFile"> },
  tls: Partial<ClientTls> | undefined,
  options: RequestOptions = {},
  body?: string | Buffer,
): Promise<FrontAnswer> {
  const material = { ca: readFileSync(authority.caFile), ...clientMaterial(tls) };
  const request = httpsRequest({ host: "127.0.0.1", port, path: "/", agent: false, ...material, ...options });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

/** Certificate and key of a client, as node:tls takes them. */
export function clientMaterial(tls: Partial<ClientTls> | undefined) {
  if (tls?.certFile === undefined || tls.keyFile === undefined) return {};
  return { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
}

const bytes = (value: Buffer): Buffer => value;
const method = (path: string, streams: boolean) => ({
  ...{ path, requestStream: streams, responseStream: streams },
  ...{ requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
});

/** Method of the Open Inference Protocol. */
export const INFER_PATH = "/inference.GRPCInferenceService/ModelInfer";

/** `/echo.Echo/Once` and ModelInfer give a message back, `/echo.Echo/Each` every message as it comes; both tell in their trailers what metadata they saw. */
async function startEchoServer() {
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const definition: ServiceDefinition = {
    Once: method("/echo.Echo/Once", false),
    Each: method("/echo.Echo/Each", true),
    Infer: method(INFER_PATH, false),
  };
  const told = (metadata: Metadata): Metadata => {
    const trailer = new Metadata();
    trailer.set("seen", JSON.stringify(Object.keys(metadata.getMap()).sort()));
    return trailer;
  };
  let failure: Partial<ServerErrorResponse> | undefined;
  const Once: handleUnaryCall<Buffer, Buffer> = ({ request, metadata }, callback) => {
    if (failure === undefined) return callback(null, request, told(metadata));
    callback(failure);
    failure = undefined;
  };
  const Each: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on("data", (message: Buffer) => call.write(message));
    call.on("end", () => call.end(told(call.metadata)));
  };
  const implementation: UntypedServiceImplementation = { Once, Each, Infer: Once };
  server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const failNext = (next: Partial<ServerErrorResponse>): void => {
    failure = next;
  };
  return { server, port, failNext };
}

/** A gRPC client of the front. */
export function grpcClient({ port, authority }: FrontUnderTest, tls: ClientTls | undefined): Client & Disposable {
  const ca = readFileSync(authority.caFile);
  const pair = clientMaterial(tls);
  const channel = "key" in pair ? credentials.createSsl(ca, pair.key, pair.cert) : credentials.createSsl(ca);
  const client = new Client(`127.0.0.1:${port}`, channel, {
    "grpc.max_receive_message_length": -1,
    "grpc.enable_retries": 0,
    "grpc.use_local_subchannel_pool": 1,
  });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

/** Metadata of a call, from an object. */
export function metadataOf(values: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(values)) metadata.set(key, value);
  return metadata;
}
