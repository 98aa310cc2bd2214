import type { NodeKind } from "../../placement/scheduler/index.js";
import type { Distribution } from "../draws/index.js";

/** What an instance is when its application's form does not say otherwise. */
export interface InstanceDefaults {
  readonly concurrency: number;
  /** Requests that may wait inside a server; a function has no queue. */
  readonly queue: number;
  /** 0: no limit. */
  readonly payloadLimitBytes: number;
  readonly coldStartMs: Distribution;
  readonly keepAliveMs: number;
}

/** Nodes that are alike. */
export interface NodeGroup extends InstanceDefaults {
  /** Its nodes are <name>-0, <name>-1 ... */
  readonly name: string;
  readonly kind: NodeKind;
  readonly count: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly bandwidthBytesPerSecond: number;
  readonly roundTripMs: number;
  readonly zone: string;
  /** Service runs this much faster than the application's figures say. */
  readonly speed: number;
  readonly price: Price;
}

/** In the scenario's currency; zero is paid for already. */
export interface Price {
  readonly perInstanceHour: number;
  readonly perRequest: number;
  readonly perGbSecond: number;
}

/** A form of an application. */
export interface Form extends Partial<InstanceDefaults> {
  /** Instances in all, dealt out to the nodes of the kind in turn. */
  readonly instances: number;
  readonly memoryBytes: number;
  readonly serviceMs: Distribution;
  readonly perByteMs: number;
  /** For each unit of work that a trace tells beside the bytes, for example a generated token. */
  readonly perUnitMs: number;
  /** Sigma of a log-normal factor of mean 1 on the whole. */
  readonly spread: number;
}

/** An application. */
export interface ApplicationScenario {
  readonly name: string;
  /** Above 0 while it is read: it stands for so many applications <name>-0, <name>-1 ..., each with the workloads of <name>. */
  readonly copies: number;
  readonly timeoutMs: number;
  readonly objectiveMs: number;
  readonly idempotent: boolean;
  readonly forms: Readonly<Partial<Record<NodeKind, Form>>>;
}

/** When requests come. */
export type ArrivalPattern =
  | { readonly type: "poisson"; readonly rate: number }
  | {
      readonly type: "bursty";
      readonly quietRate: number;
      readonly burstRate: number;
      readonly quietMs: number;
      readonly burstMs: number;
    }
  | {
      readonly type: "diurnal";
      readonly rate: number;
      readonly amplitude: number;
      readonly periodMs: number;
      readonly phase: number;
    }
  | TracePattern;

/** Arrivals from a file. */
export interface TracePattern {
  readonly type: "trace";
  readonly format: "azure-llm" | "minute-counts" | "timestamps";
  readonly file: string;
  /** Time runs this much faster than in the file. */
  readonly speed: number;
  /** The part of its requests that is taken, 0..1. */
  readonly share: number;
  /** What is passed over at the beginning, in the file's own time. */
  readonly skipMs: number;
  /** Rows of minute-counts, from 0; empty: all. */
  readonly rows: readonly number[];
  /** Sigma of a log-normal factor on the sizes of each row of minute-counts. */
  readonly rowSigma: number;
  /** For each unit of the size column: bytes of a context token, or of a value in the second column. */
  readonly bytesPerUnit: number;
}

/** Where the data of requests lies. */
export interface LocalityPattern {
  /** Part of the requests whose data lies somewhere, 0..1. */
  readonly requests: number;
  /** Part of such a request's data that lies there. */
  readonly share: Distribution;
  readonly over: "node" | "zone";
}

/** A stream of requests to one application. */
export interface Workload {
  readonly application: string;
  readonly arrivals: ArrivalPattern;
  /** Absent: from the trace's column. */
  readonly sizes: Distribution | undefined;
  readonly locality: LocalityPattern | undefined;
}

/** A stretch of time from the first arrival on. */
export interface Window {
  readonly fromMs: number;
  readonly forMs: number;
}

/** Something that goes wrong. Nodes by name. */
export type Fault =
  | (Window & { readonly type: "node-loss"; readonly nodes: readonly string[]; readonly noticeMs: number })
  | (Window & { readonly type: "agent-loss"; readonly nodes: readonly string[] })
  | (Window & { readonly type: "slow-node"; readonly nodes: readonly string[]; readonly factor: number })
  | (Window & { readonly type: "nats-outage" })
  | (Window & { readonly type: "function-throttling"; readonly nodes: readonly string[]; readonly workers: number });

/** A neighbour that wants CPU on nodes. */
export interface Interference extends Window {
  readonly nodes: readonly string[];
  readonly cores: number;
}

/** How telemetry travels. */
export interface TelemetrySettings {
  readonly periodMs: number;
  readonly delayMs: Distribution;
  /** Probability 0..1 that a snapshot is lost. */
  readonly loss: number;
}

/** What of a scenario has no fault of its own. */
export type SoundParts = { readonly [K in keyof Scenario]: Scenario[K] | undefined };

/** A whole scenario, checked. */
export interface Scenario {
  readonly name: string;
  readonly seed: number;
  /** Arrivals end after this; undefined: with `requests`, or with the traces. */
  readonly durationMs: number | undefined;
  readonly requests: number | undefined;
  readonly telemetry: TelemetrySettings;
  readonly fleet: readonly NodeGroup[];
  readonly applications: readonly ApplicationScenario[];
  readonly workloads: readonly Workload[];
  readonly interference: readonly Interference[];
  readonly faults: readonly Fault[];
  /** Of the policies, by name: F, D, priceWeight ... */
  readonly parameters: Readonly<Record<string, number>>;
  /** Highest price of one request; 0: none. */
  readonly priceCap: number;
}
