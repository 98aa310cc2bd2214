import {
  type Config,
  type ConfigSchema,
  type ConfigSources,
  loadConfig,
  METRICS_PORT,
  type MetricsConfig,
  metricsSchema,
  type ObserveConfig,
  observeSchema,
  type TlsConfig,
  tlsSchema,
} from "../common/config/index.js";

interface GatewaySettings {
  gateway: {
    host: string;
    httpPort: number;
    grpcPort: number;
    maxConcurrentRequests: number;
    maxConnections: number;
    maxBodyBytes: number;
    retryBufferBytes: number;
    headersTimeoutMs: number;
    requestTimeoutMs: number;
    idleTimeoutMs: number;
    connectTimeoutMs: number;
    maxInstances: number;
    instanceConnections: number;
    stopTimeoutMs: number;
    keepSlowMs: number;
  };
  placement: { address: string; timeoutMs: number; caFile: string; certFile: string; keyFile: string };
  front: { caFile: string; certFile: string; keyFile: string };
  tls: TlsConfig;
  observe: ObserveConfig;
  metrics: MetricsConfig;
}

/** The gateway's configuration, frozen. */
export type GatewayConfig = Config<GatewaySettings>;

/** A key of the group `gateway`: environment and argument follow from one name, unless the argument has a shorter one. */
function setting<T>(doc: string, format: unknown, value: T, name: string, arg: string = name) {
  const env = `STRAIGHTLINE_GATEWAY_${name.toUpperCase().replaceAll("-", "_")}`;
  return { doc, format: format as string, default: value, env, arg };
}

/** Every key of the gateway. */
export const gatewaySchema: ConfigSchema<GatewaySettings> = {
  gateway: {
    host: setting("Address to listen on", "non-empty", "127.0.0.1", "host"),
    httpPort: setting("Port of HTTP", "port", 8000, "http-port"),
    grpcPort: setting("Port of gRPC", "port", 8001, "grpc-port"),
    maxConcurrentRequests: setting(
      "Requests served at the same time; more are refused at once",
      "nat",
      1024,
      "max-concurrent-requests",
    ),
    maxConnections: setting("HTTP connections held at the same time", "nat", 8192, "max-connections"),
    maxBodyBytes: setting("Largest body and largest gRPC message", "size-bytes", 64 * 1024 * 1024, "max-body-bytes"),
    retryBufferBytes: setting(
      "Part of a body held for a second attempt; also the largest body without Content-Length",
      "size-bytes",
      1024 * 1024,
      "retry-buffer-bytes",
    ),
    headersTimeoutMs: setting("A client that sends its headers slower is cut off", "duration-ms", 10_000, "headers-timeout"),
    requestTimeoutMs: setting("A client that sends its request slower is cut off", "duration-ms", 300_000, "request-timeout"),
    idleTimeoutMs: setting("An idle HTTP connection is closed after this", "duration-ms", 75_000, "idle-timeout"),
    connectTimeoutMs: setting("Longest wait for a connection to an instance", "duration-ms", 2000, "connect-timeout"),
    maxInstances: setting("Instances whose connections are kept", "nat", 256, "max-instances"),
    instanceConnections: setting("HTTP connections to one instance", "nat", 128, "instance-connections"),
    stopTimeoutMs: setting("Longest wait for requests under way when stopping", "duration-ms", 30_000, "stop-timeout"),
    keepSlowMs: setting(
      "A request that takes this long has its trace kept, whatever is sampled",
      "duration-ms",
      1000,
      "keep-slow",
    ),
  },
  placement: {
    address: setting("Placement service, host:port", "non-empty", "127.0.0.1:7070", "placement-address", "placement"),
    timeoutMs: setting(
      "Longest wait for a placement where the request names no deadline",
      "duration-ms",
      60_000,
      "placement-timeout",
    ),
    caFile: setting("CA (PEM) of the placement service; empty: plaintext", String, "", "placement-ca-file"),
    certFile: setting("Client certificate (PEM) for the placement service; empty: none", String, "", "placement-cert-file"),
    keyFile: setting("Client key (PEM) for the placement service", String, "", "placement-key-file"),
  },
  front: {
    caFile: setting("CA (PEM) of agents' fronts; empty: that of the placement service", String, "", "front-ca-file"),
    certFile: setting(
      "Client certificate (PEM) for agents' fronts; empty: that for the placement service",
      String,
      "",
      "front-cert-file",
    ),
    keyFile: setting("Client key (PEM) for agents' fronts", String, "", "front-key-file"),
  },
  tls: tlsSchema as unknown as ConfigSchema<TlsConfig>,
  observe: observeSchema as unknown as ConfigSchema<ObserveConfig>,
  metrics: metricsSchema(METRICS_PORT.gateway) as unknown as ConfigSchema<MetricsConfig>,
};

/** Reads the configuration; throws CONFIG_INVALID that lists every fault. */
export function loadGatewayConfig(sources: ConfigSources): GatewayConfig {
  return loadConfig(gatewaySchema, sources);
}
