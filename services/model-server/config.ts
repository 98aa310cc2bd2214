import {
  type Config,
  type ConfigSchema,
  loadConfig,
  METRICS_PORT,
  type MetricsConfig,
  metricsSchema,
  observeSchema,
} from "../common/config/index.js";

const PREFIX = "STRAIGHTLINE_MODEL_SERVER";

/** The model server's configuration. `models` has no default here: it depends on where the program lies. */
export const modelServerSchema = {
  host: {
    doc: "Address to listen on; env HOST is taken too. In a container 0.0.0.0, as the container's network is the border",
    format: "non-empty",
    default: "127.0.0.1",
    env: `${PREFIX}_HOST`,
    arg: "host",
  },
  port: {
    doc: "Port of HTTP, 0 for any free one; env PORT is taken too",
    format: "port",
    default: 8000,
    env: `${PREFIX}_PORT`,
    arg: "port",
  },
  grpcPort: {
    doc: "Port of gRPC, 0 for any free one; env GRPC_PORT is taken too",
    format: "port",
    default: 8001,
    env: `${PREFIX}_GRPC_PORT`,
    arg: "grpc-port",
  },
  models: {
    doc: "Directory of models, <name>/model.json and <name>/model.onnx each; empty: `models` beside the program",
    format: String,
    default: "",
    env: `${PREFIX}_MODELS`,
    arg: "models",
  },
  concurrency: {
    doc: "Requests that run at a time",
    format: "positive-integer",
    default: 1,
    env: `${PREFIX}_CONCURRENCY`,
    arg: "concurrency",
  },
  queueLimit: {
    doc: "Requests that may wait beyond those",
    format: "nat",
    default: 32,
    env: `${PREFIX}_QUEUE_LIMIT`,
    arg: "queue-limit",
  },
  threads: {
    doc: "Threads of one run of a network",
    format: "positive-integer",
    default: 1,
    env: `${PREFIX}_THREADS`,
    arg: "threads",
  },
  maxBodyBytes: {
    doc: "Largest request body",
    format: "size-bytes",
    default: 32 * 1024 * 1024,
    env: `${PREFIX}_MAX_BODY`,
    arg: "max-body",
  },
  maxImagePixels: {
    doc: "Most pixels of one image",
    format: "positive-integer",
    default: 64_000_000,
    env: `${PREFIX}_MAX_IMAGE_PIXELS`,
    arg: "max-image-pixels",
  },
  maxBatch: {
    doc: "Most images of one request",
    format: "positive-integer",
    default: 64,
    env: `${PREFIX}_MAX_BATCH`,
    arg: "max-batch",
  },
  timeoutMs: {
    doc: "Longest that a request may take; a caller's deadline may only shorten it",
    format: "duration-ms",
    default: 30_000,
    env: `${PREFIX}_TIMEOUT`,
    arg: "timeout",
  },
  drainTimeoutMs: {
    doc: "Longest that stopping waits for requests under way",
    format: "duration-ms",
    default: 10_000,
    env: `${PREFIX}_DRAIN_TIMEOUT`,
    arg: "drain-timeout",
  },
  observe: observeSchema,
  metrics: metricsSchema(METRICS_PORT.instance),
} as const;

/** The configuration as read. */
export interface ModelServerSettings {
  host: string;
  port: number;
  grpcPort: number;
  models: string;
  concurrency: number;
  queueLimit: number;
  threads: number;
  maxBodyBytes: number;
  maxImagePixels: number;
  maxBatch: number;
  timeoutMs: number;
  drainTimeoutMs: number;
  observe: { logLevel: string; otlpEndpoint: string; sampleRatio: number };
  metrics: MetricsConfig;
}

/** The names under which agents and function platforms hand an instance its address; our own names go before them. */
const PLATFORM_NAMES = { HOST: `${PREFIX}_HOST`, PORT: `${PREFIX}_PORT`, GRPC_PORT: `${PREFIX}_GRPC_PORT` } as const;

/** Reads the configuration once. Throws CONFIG_INVALID that lists every fault. */
export function loadModelServerConfig(env: NodeJS.ProcessEnv, args: readonly string[]): Config<ModelServerSettings> {
  const named = Object.entries(PLATFORM_NAMES)
    .filter(([platform]) => env[platform] !== undefined)
    .map(([platform, own]) => [own, env[platform]]);
  const schema: ConfigSchema<ModelServerSettings> = modelServerSchema as unknown as ConfigSchema<ModelServerSettings>;
  return loadConfig(schema, { env: { ...Object.fromEntries(named), ...env }, args });
}
