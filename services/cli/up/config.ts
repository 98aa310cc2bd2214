import { type Config, type ConfigSchema, loadConfig } from "../../common/config/index.js";

const PREFIX = "STRAIGHTLINE_UP";

/** Configuration of `straightline up`. */
export const upSchema = {
  app: {
    doc: "Manifest of an application to deploy instead of the sample, as `straightline deploy` takes it; empty: the sample, with requests",
    format: String,
    default: "",
    env: `${PREFIX}_APP`,
    arg: "app",
  },
  demo: {
    doc: "Send the sample's requests once, or only deploy the application, then stop and exit",
    format: Boolean,
    default: false,
    env: `${PREFIX}_DEMO`,
    arg: "demo",
  },
  json: {
    doc: "Print requests and the summary as JSON lines on standard output",
    format: Boolean,
    default: false,
    env: `${PREFIX}_JSON`,
    arg: "json",
  },
  noInstall: {
    doc: "Never install NATS or a container engine, nor pull an image of Jaeger",
    format: Boolean,
    default: false,
    env: `${PREFIX}_NO_INSTALL`,
    arg: "no-install",
  },
  nats: {
    doc: "A running NATS with JetStream to use; empty: start one",
    format: String,
    default: "",
    env: "STRAIGHTLINE_NATS_SERVERS",
    arg: "nats",
  },
  natsBinary: {
    doc: "nats-server to start; empty: the one on PATH",
    format: String,
    default: "",
    env: `${PREFIX}_NATS_BINARY`,
    arg: "nats-binary",
  },
  dockerSocket: {
    doc: "Socket of the container engine; empty: DOCKER_HOST or the usual places",
    format: String,
    default: "",
    env: `${PREFIX}_DOCKER_SOCKET`,
    arg: "docker-socket",
  },
  placementPort: {
    doc: "Port of the placement service",
    format: "port",
    default: 7070,
    env: `${PREFIX}_PLACEMENT_PORT`,
    arg: "placement-port",
  },
  httpPort: { doc: "Port of the gateway's HTTP", format: "port", default: 8000, env: `${PREFIX}_HTTP_PORT`, arg: "http-port" },
  grpcPort: { doc: "Port of the gateway's gRPC", format: "port", default: 8001, env: `${PREFIX}_GRPC_PORT`, arg: "grpc-port" },
  policy: { doc: "Placement policy", format: "non-empty", default: "straightline", env: `${PREFIX}_POLICY`, arg: "policy" },
  shadow: {
    doc: "Policy that decides beside the active one, to be compared with it by `straightline shadow`; empty: none",
    format: String,
    default: "",
    env: `${PREFIX}_SHADOW`,
    arg: "shadow",
  },
  record: {
    doc: "File that placement records its decisions to, for replay and calibrate; empty: none",
    format: String,
    default: "",
    env: `${PREFIX}_RECORD`,
    arg: "record",
  },
  frequencyThreshold: {
    doc: "F of the straightline policy, requests per second",
    format: "positive-number",
    default: 10,
    env: `${PREFIX}_F`,
    arg: "f",
  },
  sizeThresholdBytes: {
    doc: "D of the straightline policy",
    format: "size-bytes",
    default: 128 * 1024,
    env: `${PREFIX}_D`,
    arg: "d",
  },
  otlpEndpoint: {
    doc: "OTLP/HTTP endpoint for traces; empty: http://127.0.0.1:4318 where something answers there, else a Jaeger of its own",
    format: "otlp-base-url",
    default: "",
    env: "OTEL_EXPORTER_OTLP_ENDPOINT",
    arg: "otlp-endpoint",
  },
  jaegerUrl: {
    doc: "Jaeger's page, for links to traces; empty: http://127.0.0.1:16686 where it answers",
    format: "http-url",
    default: "",
    env: "STRAIGHTLINE_JAEGER_URL",
    arg: "jaeger-url",
  },
  jaegerBinary: {
    doc: "Jaeger 2 to start where nothing takes traces; empty: the one on PATH, else the official image",
    format: String,
    default: "",
    env: `${PREFIX}_JAEGER_BINARY`,
    arg: "jaeger-binary",
  },
  readyTimeoutMs: {
    doc: "All forms must be ready within this time",
    format: "duration-ms",
    default: 180_000,
    env: `${PREFIX}_READY_TIMEOUT`,
    arg: "ready-timeout",
  },
} as const;

/** Values of upSchema. */
export type UpConfig = Config<{
  app: string;
  demo: boolean;
  json: boolean;
  noInstall: boolean;
  nats: string;
  natsBinary: string;
  dockerSocket: string;
  placementPort: number;
  httpPort: number;
  grpcPort: number;
  policy: string;
  shadow: string;
  record: string;
  frequencyThreshold: number;
  sizeThresholdBytes: number;
  otlpEndpoint: string;
  jaegerUrl: string;
  jaegerBinary: string;
  readyTimeoutMs: number;
}>;

/** Reads it; throws CONFIG_INVALID with every fault. */
export function loadUpConfig(args: readonly string[], env: NodeJS.ProcessEnv): UpConfig {
  return loadConfig(upSchema as ConfigSchema<UpConfig>, { args, env });
}
