import { homedir, hostname } from "node:os";
import { join } from "node:path";
import type { KindToken } from "../../services/common/bus/index.js";
import {
  METRICS_PORT,
  type MetricsConfig,
  metricsSchema,
  type NatsConfig,
  natsSchema,
  type ObserveConfig,
  observeSchema,
} from "../../services/common/config/index.js";
import { type FrontConfig, frontSchema } from "./front/index.js";

/** What an agent leaves behind when it ends: its instances, or nothing. */
export type OnStop = "keep" | "stop";

/** What use of the node costs, in the operator's currency. */
export interface PriceConfig {
  readonly perInstanceHour: number;
  readonly perRequest: number;
  readonly perGbSecond: number;
}

/** Values of agentSchema. */
export interface AgentConfig {
  readonly nodeId: string;
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly tickMs: number;
  readonly startTimeoutMs: number;
  readonly stopGraceMs: number;
  readonly maxConcurrentStarts: number;
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  readonly advertisedHost: string;
  readonly onStop: OnStop;
  readonly front: FrontConfig;
  readonly price: PriceConfig;
  readonly nats: NatsConfig;
  readonly observe: ObserveConfig;
  readonly metrics: MetricsConfig;
}

/** The schema of an agent's configuration. `onStop` is the default of the key of that name. */
export function agentSchema(kind: KindToken, onStop: OnStop) {
  return {
    nodeId: {
      doc: "Id of the node, unique in the fleet; the default is made of the host's name and the kind",
      format: "node-id",
      default: defaultNodeId(hostname(), kind),
      env: "STRAIGHTLINE_AGENT_NODE_ID",
      arg: "node-id",
    },
    zone: { doc: "Zone of the node; empty: none", format: String, default: "", env: "STRAIGHTLINE_AGENT_ZONE", arg: "zone" },
    labels: {
      doc: "Labels of the node, key=value,key=value",
      format: "key-values",
      default: {},
      env: "STRAIGHTLINE_AGENT_LABELS",
      arg: "labels",
    },
    tickMs: {
      doc: "Time between two telemetry snapshots",
      format: "positive-integer",
      default: 1000,
      env: "STRAIGHTLINE_AGENT_TICK_MS",
      arg: "tick-ms",
    },
    startTimeoutMs: {
      doc: "An instance that is not ready after this time is stopped and tried again",
      format: "duration-ms",
      default: 60_000,
      env: "STRAIGHTLINE_AGENT_START_TIMEOUT",
      arg: "start-timeout",
    },
    stopGraceMs: {
      doc: "Time an instance has to finish what it holds before it is killed",
      format: "duration-ms",
      default: 10_000,
      env: "STRAIGHTLINE_AGENT_STOP_GRACE",
      arg: "stop-grace",
    },
    maxConcurrentStarts: {
      doc: "Instances that are started at the same time",
      format: "positive-integer",
      default: 2,
      env: "STRAIGHTLINE_AGENT_MAX_CONCURRENT_STARTS",
      arg: "max-concurrent-starts",
    },
    stateDirectory: {
      doc: "Where the agent keeps what it must know after a restart, and logs; empty: ~/.straightline/agents/<node id>",
      format: String,
      default: "",
      env: "STRAIGHTLINE_AGENT_STATE_DIRECTORY",
      arg: "state-directory",
    },
    cacheDirectory: {
      doc: "Where unpacked bundles are kept; agents of one machine may share it; empty: ~/.straightline/bundles",
      format: String,
      default: "",
      env: "STRAIGHTLINE_AGENT_CACHE_DIRECTORY",
      arg: "cache-directory",
    },
    advertisedHost: {
      doc: "Address that instances listen on, on loopback; clients are sent there where there is no front",
      format: "non-empty",
      default: "127.0.0.1",
      env: "STRAIGHTLINE_AGENT_ADVERTISED_HOST",
      arg: "advertised-host",
    },
    onStop: {
      doc: "Whether instances go on when the agent ends; functions never do",
      format: ["keep", "stop"],
      default: onStop,
      env: "STRAIGHTLINE_AGENT_ON_STOP",
      arg: "on-stop",
    },
    front: frontSchema(kind),
    price: priceSchema,
    nats: natsSchema,
    observe: observeSchema,
    metrics: metricsSchema(METRICS_PORT[kind]),
  } as const;
}

const priceSchema = {
  perInstanceHour: {
    doc: "Price of an hour that an instance exists",
    format: Number,
    default: 0,
    env: "STRAIGHTLINE_AGENT_PRICE_PER_INSTANCE_HOUR",
    arg: "price-per-instance-hour",
  },
  perRequest: {
    doc: "Price of a request",
    format: Number,
    default: 0,
    env: "STRAIGHTLINE_AGENT_PRICE_PER_REQUEST",
    arg: "price-per-request",
  },
  perGbSecond: {
    doc: "Price of a gigabyte-second of function run time",
    format: Number,
    default: 0,
    env: "STRAIGHTLINE_AGENT_PRICE_PER_GB_SECOND",
    arg: "price-per-gb-second",
  },
} as const;

/** `<host>-<kind>` with what a node id may not hold replaced, at most 63 characters. */
export function defaultNodeId(host: string, kind: KindToken): string {
  const room = 63 - kind.length - 1;
  const name = host.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, room);
  return `${name === "" ? "node" : name}-${kind}`;
}

/** The directories with their defaults filled in. */
export function resolveDirectories<T extends AgentConfig>(config: T): T {
  const home = join(homedir(), ".straightline");
  return {
    ...config,
    stateDirectory: config.stateDirectory || join(home, "agents", config.nodeId),
    cacheDirectory: config.cacheDirectory || join(home, "bundles"),
  };
}
