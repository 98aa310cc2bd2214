/** Schema of the NATS connection, shared by every process that uses the bus. */
export const natsSchema = {
  servers: {
    doc: "NATS servers, comma-separated",
    format: "non-empty",
    default: "nats://127.0.0.1:4222",
    env: "STRAIGHTLINE_NATS_SERVERS",
    arg: "nats",
  },
  credentialsFile: {
    doc: "NATS credentials file (.creds); empty: none",
    format: String,
    default: "",
    env: "STRAIGHTLINE_NATS_CREDENTIALS_FILE",
    arg: "nats-credentials-file",
  },
  caFile: {
    doc: "CA certificate that the NATS server must be signed by; empty: no TLS unless the server asks",
    format: String,
    default: "",
    env: "STRAIGHTLINE_NATS_CA_FILE",
    arg: "nats-ca-file",
  },
} as const;

/** Schema of logs and traces, shared by every process. */
export const observeSchema = {
  logLevel: {
    doc: "Least level that is logged",
    format: ["trace", "debug", "info", "warn", "error", "silent"],
    default: "info",
    env: "STRAIGHTLINE_LOG_LEVEL",
    arg: "log-level",
  },
  otlpEndpoint: {
    doc: "OTLP/HTTP endpoint for traces, for example http://127.0.0.1:4318; empty: traces are passed on but not recorded",
    format: "otlp-base-url",
    default: "",
    env: "OTEL_EXPORTER_OTLP_ENDPOINT",
    arg: "otlp-endpoint",
  },
  sampleRatio: {
    doc: "Share of new traces that are recorded, 0..1; a caller's decision goes before it",
    format: "share",
    default: 1,
    env: "STRAIGHTLINE_TRACE_SAMPLE_RATIO",
    arg: "trace-sample-ratio",
  },
} as const;

/** Default ports of the Prometheus endpoints; instances have none, as there are many on a machine. */
export const METRICS_PORT = { placement: 9470, gateway: 9471, vm: 9472, container: 9473, serverless: 9474, instance: 0 } as const;

/** Schema of metrics, shared by every process but for the default port. */
export function metricsSchema(port: number) {
  return {
    port: {
      doc: "Port of the Prometheus endpoint, http://127.0.0.1:PORT/metrics; 0: none. A port that is taken is told in the log and does no harm",
      format: "port",
      default: port,
      env: "STRAIGHTLINE_METRICS_PORT",
      arg: "metrics-port",
    },
    otlpEndpoint: {
      doc: "OTLP/HTTP URL that metrics are sent to, for example http://127.0.0.1:9090/api/v1/otlp/v1/metrics; empty: not sent",
      format: "http-url",
      default: "",
      env: "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
      arg: "otlp-metrics-endpoint",
    },
    intervalMs: {
      doc: "Time between two exports of metrics by OTLP",
      format: "duration-ms",
      default: 10_000,
      env: "STRAIGHTLINE_METRICS_INTERVAL",
      arg: "metrics-interval",
    },
  } as const;
}

/** Schema of a listener's security: all three are needed beyond loopback. */
export const tlsSchema = {
  certFile: {
    doc: "TLS certificate (PEM) of the listeners; empty: plaintext, loopback only",
    format: String,
    default: "",
    env: "STRAIGHTLINE_TLS_CERT_FILE",
    arg: "tls-cert-file",
  },
  keyFile: {
    doc: "TLS key (PEM) of the listeners",
    format: String,
    default: "",
    env: "STRAIGHTLINE_TLS_KEY_FILE",
    arg: "tls-key-file",
  },
  clientCaFile: {
    doc: "CA (PEM) that clients' certificates must be signed by: mutual TLS",
    format: String,
    default: "",
    env: "STRAIGHTLINE_TLS_CLIENT_CA_FILE",
    arg: "tls-client-ca-file",
  },
} as const;

/** Values of tlsSchema. */
export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
}

/** Values of natsSchema. */
export interface NatsConfig {
  readonly servers: string;
  readonly credentialsFile: string;
  readonly caFile: string;
}

/** Values of observeSchema. */
export interface ObserveConfig {
  readonly logLevel: string;
  readonly otlpEndpoint: string;
  readonly sampleRatio: number;
}

/** Values of metricsSchema(). */
export interface MetricsConfig {
  readonly port: number;
  readonly otlpEndpoint: string;
  readonly intervalMs: number;
}
