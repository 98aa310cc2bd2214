import { gpuEnvironment } from "./gpu-environment.js";

/** What a workload gets of the agent's own environment: enough to run, none of its credentials. */
const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH"];

/** Where an instance listens. */
export interface InstanceAddress {
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
}

/** The parts of an instance's environment; later wins. */
export interface EnvironmentParts {
  readonly host: NodeJS.ProcessEnv;
  readonly application: Readonly<Record<string, string>>;
  readonly address: InstanceAddress;
  /** Requests that the workload is to serve at a time. */
  readonly concurrency: number;
  readonly traceparent: string | undefined;
  /** GPUs that are the instance's alone; empty: it sees all that there are. */
  readonly gpuDevices: readonly number[];
  /** What the process is known by in its traces and metrics. */
  readonly instanceId: string;
  /** OTLP endpoint, or empty. */
  readonly otlpEndpoint: string;
}

/** What a workload gets of the environment that the agent itself has. */
export function hostEnvironment(host: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = host[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** The whole environment of an instance. */
export function instanceEnvironment(parts: EnvironmentParts): Record<string, string> {
  const environment = Object.assign(hostEnvironment(parts.host), parts.application, {
    HOST: parts.address.host,
    PORT: String(parts.address.httpPort),
    GRPC_PORT: String(parts.address.grpcPort),
    STRAIGHTLINE_MODEL_SERVER_CONCURRENCY: String(parts.concurrency),
    OTEL_RESOURCE_ATTRIBUTES: resourceAttributes(parts.instanceId, parts.application),
  });
  if (parts.gpuDevices.length > 0) Object.assign(environment, gpuEnvironment(parts.gpuDevices));
  if (parts.traceparent !== undefined) environment["TRACEPARENT"] = parts.traceparent;
  if (parts.otlpEndpoint !== "") environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = parts.otlpEndpoint;
  return environment;
}

/** OTEL_RESOURCE_ATTRIBUTES, by which OpenTelemetry's SDKs name a process; what the application says itself wins. */
export function resourceAttributes(
  instanceId: string,
  { OTEL_RESOURCE_ATTRIBUTES: own = "" }: Readonly<Record<string, string>>,
): string {
  return [`service.instance.id=${encodeURIComponent(instanceId)}`, ...(own === "" ? [] : [own])].join(",");
}
