import {
  type Config,
  type ConfigSchema,
  type ConfigSources,
  loadConfig,
  METRICS_PORT,
  type MetricsConfig,
  metricsSchema,
  type NatsConfig,
  natsSchema,
  type ObserveConfig,
  observeSchema,
  type TlsConfig,
  tlsSchema,
} from "../common/config/index.js";

interface PlacementSettings {
  placement: {
    host: string;
    port: number;
    policy: string;
    frequencyThreshold: number;
    sizeThresholdBytes: number;
    priceWeight: number;
    priceCap: number;
    frequencyWindowMs: number;
    suspectTicks: number;
    lostTicks: number;
    leaseGraceMs: number;
    historyLimit: number;
    waitLimit: number;
    watchLimit: number;
    idempotencyLimit: number;
    idempotencyTtlMs: number;
    controllerLeaseMs: number;
    shadow: string;
    shadowPeriodMs: number;
    recordFile: string;
    recordMaxBytes: number;
    recordFiles: number;
    keptJobs: number;
    artifactGraceMs: number;
    joinKeyFile: string;
    startTimeoutMs: number;
    stopTimeoutMs: number;
  };
  nats: NatsConfig;
  tls: TlsConfig;
  observe: ObserveConfig;
  metrics: MetricsConfig;
}

/** The placement service's configuration, frozen. */
export type PlacementConfig = Config<PlacementSettings>;

/** A key of the group `placement`: environment and argument follow from one name, unless the argument has a shorter one. */
function setting<T>(doc: string, format: unknown, value: T, name: string, arg: string = name) {
  const env = `STRAIGHTLINE_PLACEMENT_${name.toUpperCase().replaceAll("-", "_")}`;
  return { doc, format: format as string, default: value, env, arg };
}

/** Every key of the placement service. */
export const placementSchema: ConfigSchema<PlacementSettings> = {
  placement: {
    host: setting("Address to listen on", "non-empty", "127.0.0.1", "host"),
    port: setting("Port of gRPC", "port", 7070, "port"),
    policy: setting("Placement policy", "non-empty", "adaptive", "policy"),
    frequencyThreshold: setting("F of the policy straightline, requests per second", "positive-number", 10, "f"),
    sizeThresholdBytes: setting("D of the policy straightline", "size-bytes", 256 * 1024, "d"),
    priceWeight: setting("Milliseconds that the policy adaptive gives for one unit of currency", Number, 0, "price-weight"),
    priceCap: setting("Highest price of one request under the policy adaptive; 0: none", Number, 0, "price-cap"),
    frequencyWindowMs: setting("Window over which f_t is measured", "duration-ms", 10_000, "frequency-window"),
    suspectTicks: setting("Missed telemetry ticks after which a node is suspect", "positive-integer", 3, "suspect-ticks"),
    lostTicks: setting("Missed telemetry ticks after which a node is lost", "positive-integer", 10, "lost-ticks"),
    leaseGraceMs: setting("A slot is held this much longer than its request may take", "duration-ms", 2000, "lease-grace"),
    historyLimit: setting("Decisions kept for Explain and Report", "positive-integer", 10_000, "history-limit"),
    waitLimit: setting("Requests of one application that may wait for capacity", "positive-integer", 1024, "wait-limit"),
    watchLimit: setting("Messages kept for one slow watcher; beyond it the oldest goes", "positive-integer", 1024, "watch-limit"),
    idempotencyLimit: setting("Idempotency keys kept", "positive-integer", 10_000, "idempotency-limit"),
    idempotencyTtlMs: setting("Time an idempotency key is kept", "duration-ms", 600_000, "idempotency-ttl"),
    controllerLeaseMs: setting(
      "A replica that runs the controller and falls silent is followed by another after this",
      "duration-ms",
      3000,
      "controller-lease",
    ),
    shadow: setting("Policy that decides beside the active one, to be compared with it; empty: none", String, "", "shadow"),
    shadowPeriodMs: setting("The shadow's figures are logged once in this time", "duration-ms", 60_000, "shadow-period"),
    recordFile: setting("File to record decisions to, for replay and calibrate; empty: none", String, "", "record"),
    recordMaxBytes: setting("Size at which the recording is put aside", "size-bytes", 64 * 1024 * 1024, "record-max"),
    recordFiles: setting("Files of a recording that are kept, the current one among them", "positive-integer", 4, "record-files"),
    keptJobs: setting("Jobs that have ended and are kept, with their artifacts", "positive-integer", 100, "kept-jobs"),
    artifactGraceMs: setting(
      "An artifact that no application, revision or job has needed for this long is removed from the object store",
      "duration-ms",
      3_600_000,
      "artifact-grace",
    ),
    joinKeyFile: setting(
      "Key of the NATS account (account.nk) that agents join by token; empty: none can",
      String,
      "",
      "join-key-file",
    ),
    startTimeoutMs: setting("Longest wait for NATS at start", "duration-ms", 30_000, "start-timeout"),
    stopTimeoutMs: setting("Longest wait for calls under way when stopping", "duration-ms", 10_000, "stop-timeout"),
  },
  nats: natsSchema as unknown as ConfigSchema<NatsConfig>,
  tls: tlsSchema as unknown as ConfigSchema<TlsConfig>,
  observe: observeSchema as unknown as ConfigSchema<ObserveConfig>,
  metrics: metricsSchema(METRICS_PORT.placement) as unknown as ConfigSchema<MetricsConfig>,
};

/** Reads the configuration; throws CONFIG_INVALID that lists every fault. */
export function loadPlacementConfig(sources: ConfigSources): PlacementConfig {
  return loadConfig(placementSchema, sources);
}
