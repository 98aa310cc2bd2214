export { isHttpUrl, parseDurationMs, parseSizeBytes } from "./formats.js";
export { type Config, type ConfigKey, type ConfigSchema, type ConfigSources, configKeys, loadConfig } from "./load.js";
export {
  METRICS_PORT,
  type MetricsConfig,
  metricsSchema,
  type NatsConfig,
  natsSchema,
  type ObserveConfig,
  observeSchema,
  type TlsConfig,
  tlsSchema,
} from "./slices.js";
