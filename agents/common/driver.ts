import type { BundleManifest } from "../../services/common/bundle/index.js";
import type { KindToken } from "../../services/common/bus/index.js";
import type { DurationSketchData } from "../../services/common/sketch/index.js";

/** What enforces a limit. "watchdog": the agent kills the process once it is over; "none": the limit is not enforced. */
export type LimitMechanism = "cgroup-v2" | "cgroup-v1" | "systemd" | "engine" | "watchdog" | "none";

/** What a driver can do on this machine; constant while it lives. */
export interface DriverCapabilities {
  readonly cpuLimit: LimitMechanism;
  readonly memoryLimit: LimitMechanism;
  /** Instances go on when the agent ends; `recover` finds them. */
  readonly survivesAgentRestart: boolean;
  /** Artifacts that `deploy` takes. */
  readonly artifacts: readonly ResolvedArtifact["type"][];
}

/** What an instance runs, ready to be started. */
export type ResolvedArtifact =
  | {
      readonly type: "bundle";
      /** sha256:<64 hex digits>. */
      readonly digest: string;
      /** Where it lies, unpacked and verified; shared with other instances: never written to. */
      readonly directory: string;
      readonly manifest: BundleManifest;
    }
  | { readonly type: "image"; readonly reference: string; readonly command: readonly string[] }
  | { readonly type: "command"; readonly argv: readonly string[]; readonly workingDirectory: string };

/** Limits of one instance; 0: no limit. */
export interface InstanceLimits {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

/** What is the same of a workload for whoever assigns, keeps and starts it. */
export interface WorkloadTerms {
  readonly application: string;
  /** <application>.<replica>. */
  readonly assignment: string;
  readonly generation: number;
  readonly limits: InstanceLimits;
  /** Whole GPUs that the instance asks for. */
  readonly gpus: number;
  /** Numbers of those that it may use, and no other; empty although it asks for some: any. */
  readonly gpuDevices: readonly number[];
  /** Requests that an instance serves at a time, 1 or more; for serverless, workers at most. */
  readonly concurrency: number;
  /** The application's own environment; ports, host and concurrency are added by the driver. */
  readonly environment: Readonly<Record<string, string>>;
  /** Largest request body, bytes; 0: no limit. */
  readonly payloadLimitBytes: number;
  /** Serverless: an idle worker is stopped after this long. */
  readonly keepAliveMs: number;
  /** Serverless: workers kept warm from the start on, busy ones counted. The function is ready once one of them is. */
  readonly warmWorkers: number;
  /** Longest that one request may take. */
  readonly timeoutMs: number;
}

/** What to start. */
export interface StartRequest extends WorkloadTerms {
  /** Unique in the fleet, of a-z, 0-9 and '-'. */
  readonly instanceId: string;
  readonly artifact: ResolvedArtifact;
  /** Path that answers 200 when an instance is ready. */
  readonly readyPath: string;
  /** Context of the start, for the environment variable TRACEPARENT. */
  readonly traceparent: string | undefined;
}

/** An instance that a driver has started. */
export interface DriverInstance {
  readonly instanceId: string;
  readonly application: string;
  readonly assignment: string;
  readonly generation: number;
  /** Base URL, for example http://127.0.0.1:41234. */
  readonly httpEndpoint: string;
  /** host:port, or empty when it has none. */
  readonly grpcEndpoint: string;
  /** Digest of the bundle or image, or empty for a command. */
  readonly artifactDigest: string;
  readonly startedAtMs: number;
}

/** What has become of an instance. `reason` is one sentence for people. "absent": the driver knows no such instance. */
export type InstanceInspection =
  | { readonly state: "running" }
  | { readonly state: "exited"; readonly reason: string }
  | { readonly state: "absent" };

/**
 * Starts, stops and finds again the instances of one kind. Every method rejects with a StraightLineError only. The agent calls
 * methods of one instance one after the other, those of different instances at the same time.
 */
export interface Driver {
  readonly kind: KindToken;
  readonly capabilities: DriverCapabilities;
  /** Why the node takes no new instance, one sentence; undefined: all is well. Asked on each tick: cheap, never rejects. */
  impairment(): Promise<string | undefined>;
  /**
   * Starts an instance; resolves when it runs, which is before it is ready. When it rejects (START_FAILED, UNSUPPORTED,
   * ARTIFACT_INVALID, ENGINE_UNAVAILABLE) nothing of the instance is left.
   */
  deploy(request: StartRequest): Promise<DriverInstance>;
  /** Asks the instance to end, ends it after `graceMs`, and removes what is left of it. Harmless for an absent or exited one. */
  stop(instanceId: string, graceMs: number): Promise<void>;
  inspect(instanceId: string): Promise<InstanceInspection>;
  /** Called once, before anything else: what an earlier agent of this node started and still runs. */
  recover(): Promise<DriverInstance[]>;
  /** Gives up what the driver itself holds (timers, listeners). Instances that survive an agent go on. */
  close(): Promise<void>;
}

/** What an instance uses. */
export interface InstanceUsage {
  /** Over the time since the last reading, thousandths of a core. */
  readonly cpuMillicores: number;
  /** Resident. */
  readonly memoryBytes: number;
}

/** Ability: measures instances. */
export interface StatsSource {
  /** Undefined when the instance is gone. */
  usage(instanceId: string): Promise<InstanceUsage | undefined>;
}

/** Ability: shows what an instance has written. */
export interface LogSource {
  /** The last `maxBytes` of its output, as text. */
  tail(instanceId: string, maxBytes: number): Promise<string>;
}

/** Ability: tells at once of an exit or of a change of load that matters, rather than at the next tick. */
export interface ChangeSource {
  onChange(listener: () => void): void;
}

/** Ability: knows the node better than the machine it runs on does (a remote engine). */
export interface CapacitySource {
  /** Undefined while it cannot be had; the machine's own figures are used then. */
  capacity(): Promise<InstanceLimits | undefined>;
}

/** What a function tells of itself. */
export interface FunctionStats {
  readonly inFlight: number;
  readonly queued: number;
  readonly servedCount: number;
  readonly failedCount: number;
  readonly serviceTime: DurationSketchData;
  readonly coldStart: DurationSketchData;
  readonly idleWorkers: number;
  readonly busyWorkers: number;
  readonly startingWorkers: number;
  readonly keepAliveMs: number;
  readonly coldStartCount: number;
  readonly throttledCount: number;
  readonly billedMs: number;
  /** Last failure in one sentence, or empty. */
  readonly lastError: string;
}

/** Ability: instances are functions. */
export interface FunctionSource {
  /** Undefined when there is no such function. */
  functionStats(instanceId: string): FunctionStats | undefined;
  /** Keeps this many workers warm from now on, busy ones counted; does nothing when there is no such function. */
  keepWarm(instanceId: string, workers: number): void;
}

/** Whether a driver measures its instances. */
export function isStatsSource(driver: Driver): driver is Driver & StatsSource {
  return "usage" in driver;
}

/** Whether a driver shows logs. */
export function isLogSource(driver: Driver): driver is Driver & LogSource {
  return "tail" in driver;
}

/** Whether a driver tells of changes. */
export function isChangeSource(driver: Driver): driver is Driver & ChangeSource {
  return "onChange" in driver;
}

/** Whether a driver knows the node's capacity. */
export function isCapacitySource(driver: Driver): driver is Driver & CapacitySource {
  return "capacity" in driver;
}

/** Whether a driver's instances are functions. */
export function isFunctionSource(driver: Driver): driver is Driver & FunctionSource {
  return "functionStats" in driver;
}
