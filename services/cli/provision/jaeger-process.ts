import { request } from "undici";
import { freePorts, isPortFree } from "../../common/ports/index.js";
import { startServerChild, waitUntilReady } from "./child.js";

/** How our own Jaeger runs. */
export interface JaegerProcessOptions {
  /** Path of the program, Jaeger 2. */
  readonly binary: string;
  /** Its configuration: deploy/jaeger/jaeger.yaml. */
  readonly configFile: string;
  /** Folder of its web page, for a program that was built without one; empty: the program's own. */
  readonly assetsDirectory: string;
  readonly ports: JaegerPorts;
  readonly env: NodeJS.ProcessEnv;
}

/** Where a Jaeger listens on 127.0.0.1. */
export interface JaegerPorts {
  /** Page and query API. */
  readonly query: number;
  readonly queryGrpc: number;
  readonly otlpHttp: number;
  readonly otlpGrpc: number;
}

/** A Jaeger that runs until it is stopped. */
export interface JaegerProcess {
  /** Base of its page and query API. */
  readonly url: string;
  /** OTLP over HTTP. */
  readonly otlpEndpoint: string;
  stop(): Promise<void>;
}

/** The ports that Jaeger itself prefers. */
export const JAEGER_PORTS: JaegerPorts = { query: 16686, queryGrpc: 16685, otlpHttp: 4318, otlpGrpc: 4317 };

const HOST = "127.0.0.1";
const READY_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 5000;
const PROBE_TIMEOUT_MS = 1000;

/** Jaeger's own ports, each replaced by a free one where it is taken. */
export async function chooseJaegerPorts(): Promise<JaegerPorts> {
  const spare = await freePorts(HOST, 4);
  const choose = async (preferred: number): Promise<number> =>
    (await isPortFree(HOST, preferred)) ? preferred : (spare.pop() as number);
  return {
    query: await choose(JAEGER_PORTS.query),
    queryGrpc: await choose(JAEGER_PORTS.queryGrpc),
    otlpHttp: await choose(JAEGER_PORTS.otlpHttp),
    otlpGrpc: await choose(JAEGER_PORTS.otlpGrpc),
  };
}

/** What the configuration file takes from its environment. */
function jaegerEnvironment(ports: JaegerPorts, assetsDirectory: string): Record<string, string> {
  return {
    JAEGER_QUERY_PORT: String(ports.query),
    JAEGER_QUERY_GRPC_PORT: String(ports.queryGrpc),
    JAEGER_OTLP_HTTP_PORT: String(ports.otlpHttp),
    JAEGER_OTLP_GRPC_PORT: String(ports.otlpGrpc),
    JAEGER_ASSETS: assetsDirectory,
  };
}

/** Starts Jaeger on 127.0.0.1 and waits until its query API answers. Rejects with START_FAILED and its last lines. */
export async function startJaeger(options: JaegerProcessOptions): Promise<JaegerProcess> {
  const { binary, configFile, assetsDirectory, ports, env } = options;
  const argv = [binary, "--config", `file:${configFile}`];
  const child = await startServerChild(argv, { ...env, ...jaegerEnvironment(ports, assetsDirectory) });
  const isReady = (): Promise<boolean> => answersAsJaeger(jaegerAt(ports).url);
  await waitUntilReady({ child, name: "jaeger", isReady, timeoutMs: READY_TIMEOUT_MS });
  return { ...jaegerAt(ports), stop: () => child.stop(STOP_GRACE_MS) };
}

/** The addresses that follow from the ports. */
export function jaegerAt(ports: JaegerPorts): Omit<JaegerProcess, "stop"> {
  return { url: `http://${HOST}:${ports.query}`, otlpEndpoint: `http://${HOST}:${ports.otlpHttp}` };
}

/** Whether something takes OTLP over HTTP at an endpoint; never rejects. */
export async function answersOtlp(endpoint: string): Promise<boolean> {
  return (await statusOfOtlp(endpoint)) === 200;
}

/** Whether something may take OTLP over HTTP at an endpoint, if asked as it likes (with a password, say); never rejects. */
export async function mayTakeOtlp(endpoint: string): Promise<boolean> {
  const status = await statusOfOtlp(endpoint);
  // By 5xx a proxy answers for a collector that is gone.
  return status !== undefined && status !== 404 && status < 500;
}

/** HTTP status by which no spans at all are answered; undefined: no answer. */
async function statusOfOtlp(endpoint: string): Promise<number | undefined> {
  try {
    const answer = await request(`${endpoint.replace(/\/$/, "")}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceSpans: [] }),
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    // Read rather than dumped, which would hide that it never ended.
    await answer.body.text();
    return answer.statusCode;
  } catch {
    // Nothing listens, or what does speaks no HTTP.
    return undefined;
  }
}

/** Whether Jaeger's query API answers at a URL; never rejects. */
export async function answersAsJaeger(url: string): Promise<boolean> {
  try {
    const answer = await request(`${url}/api/services`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const body = (await answer.body.json()) as { data?: unknown };
    return answer.statusCode === 200 && "data" in body;
  } catch {
    // Nothing listens, or something else does.
    return false;
  }
}
