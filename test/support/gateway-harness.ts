import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ReportRequest__Output } from "../../proto/gen/straightline/v1/ReportRequest.js";
import {
  createLogger,
  createMetrics,
  type Metrics,
  passThroughTracing,
  type Tracing,
} from "../../services/common/observe/index.js";
import { type Gateway, loadGatewayConfig, startGateway } from "../../services/gateway/index.js";
import { type Decide, type FakePlacement, startFakePlacement } from "./fake-placement.js";

/** An instance that a test writes. */
export interface Upstream {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an HTTP server on a free port of loopback. */
export async function startUpstream(listener: RequestListener): Promise<Upstream> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A placement answer; what is not given is plain. */
export function placed(
  instanceId: string,
  endpoint: { http?: string; grpc?: string },
  more: { idempotent?: boolean; deadlineMs?: number } = {},
) {
  return {
    placement: {
      placementId: `p-${instanceId}`,
      nodeId: "node-1",
      kind: "NODE_KIND_VM",
      instanceId,
      httpEndpoint: endpoint.http ?? "",
      grpcEndpoint: endpoint.grpc ?? "",
      leaseMs: 30_000,
      reason: "f_t 2 ≤ F 10, VM slot free",
      policy: "straightline",
      frequency: 2,
      deadlineMs: 10_000,
      idempotent: false,
      ...more,
    },
  } as const;
}

/** A refusal. */
export function refused(reason: string, code: number, message: string, retryAfterMs = 0) {
  return { failure: { reason, code, message, retryAfterMs } };
}

/** A gateway with its fake placement. */
export interface GatewayUnderTest {
  readonly url: string;
  readonly grpcAddress: string;
  readonly placement: FakePlacement;
  readonly gateway: Gateway;
  readonly metrics: Metrics;
  stop(): Promise<void>;
}

/** Starts a gateway with extra command-line arguments over a placement that decides as told. */
export async function startGatewayUnderTest(
  decide: Decide,
  args: readonly string[] = [],
  tracing: Tracing = passThroughTracing(),
): Promise<GatewayUnderTest> {
  const placement = await startFakePlacement(decide);
  const config = loadGatewayConfig({
    env: {},
    args: ["--http-port=0", "--grpc-port=0", `--placement=${placement.address}`, "--stop-timeout=4s", ...args],
  });
  const metrics = createMetrics();
  const log = createLogger("gateway", "error");
  const gateway = await startGateway({ config, log, tracing, metrics, now: () => performance.now() });
  return {
    url: `http://127.0.0.1:${gateway.httpPort}`,
    grpcAddress: `127.0.0.1:${gateway.grpcPort}`,
    placement,
    gateway,
    metrics,
    async stop() {
      for (const step of gateway.stopSteps) await step.run();
      await placement.stop();
    },
  };
}

/** An instance whose behaviour a test sets. */
export interface ScriptedInstance {
  readonly url: string;
  listener: RequestListener;
}

/** A gateway with two instances: placement gives `a` (first), and `b` (second) to those that exclude `a`. */
export interface GatewayWithInstances extends GatewayUnderTest {
  readonly first: ScriptedInstance;
  readonly second: ScriptedInstance;
  /** Back to the plain behaviour: the instances answer with their names. */
  reset(): void;
  infer(init?: RequestInit): Promise<Response>;
  /** The reports, at least `count`, that come of `act`. */
  reportsOf(act: () => Promise<unknown>, count?: number): Promise<readonly ReportRequest__Output[]>;
}

/** Starts them. */
export async function startGatewayWithInstances(args: readonly string[] = [], tracing?: Tracing): Promise<GatewayWithInstances> {
  const [first, second] = [await startScripted("first"), await startScripted("second")];
  const decide: Decide = ({ constraints }) =>
    constraints?.excludedInstanceIds.includes("a") ? placed("b", { http: second.url }) : placed("a", { http: first.url });
  const sut = await startGatewayUnderTest(decide, args, tracing);
  const { placement } = sut;
  return {
    ...sut,
    first,
    second,
    reset() {
      first.reset();
      second.reset();
      placement.decide(decide);
    },
    infer: (init = {}) => fetch(`${sut.url}/v2/models/digits/infer?x=1`, { method: "POST", body: "hello", ...init }),
    async reportsOf(act, count = 1) {
      await placement.settled();
      const seen = placement.reports.length;
      await act();
      return (await placement.waitForReports(seen + count)).slice(seen);
    },
    async stop() {
      await sut.stop();
      await Promise.all([first.close(), second.close()]);
    },
  };
}

async function startScripted(name: string) {
  const plain: RequestListener = (_, response) => void response.end(name);
  let listener = plain;
  const upstream = await startUpstream((request, response) => listener(request, response));
  return {
    ...upstream,
    reset: () => {
      listener = plain;
    },
    get listener() {
      return listener;
    },
    set listener(by: RequestListener) {
      listener = by;
    },
  };
}

/** The URL of a port on which nothing listens. */
export async function closedUrl(): Promise<string> {
  const upstream = await startUpstream(() => {});
  await upstream.close();
  return upstream.url;
}
