import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { NodeKind } from "../../placement/scheduler/index.js";
import type { SharedResource } from "../clock/index.js";
import type { Distribution } from "../draws/index.js";
import type { Form, NodeGroup } from "../scenario/index.js";

/** What an instance is. */
export interface InstanceSettings {
  readonly instanceId: string;
  readonly application: string;
  /** What it fulfils, as telemetry names it. */
  readonly assignment: string;
  readonly form: Form;
  readonly concurrency: number;
  readonly queue: number;
  readonly payloadLimitBytes: number;
  readonly coldStartMs: Distribution;
  readonly keepAliveMs: number;
  /** Seeds its own part of draws. */
  readonly hash: number;
}

/** A request as an instance has it. */
export interface Task {
  readonly key: number;
  /** Service time on an idle node of speed 1. */
  readonly workMs: number;
  /** The answer leaves. */
  readonly onServed: (serviceMs: number, coldStartMs: number) => void;
}

/** What an instance has done so far. */
export interface Bill {
  requests: number;
  /** Time that it served them; a function's worker each by the begun millisecond. */
  usedMs: number;
  coldStarts: number;
}

/** A running instance. */
export interface SimInstance {
  readonly settings: InstanceSettings;
  readonly node: SimNode;
  readonly bill: Bill;
  /** A request is on its way here. */
  expect(task: Task): void;
  /** A request has come. False: every slot and every place to wait is taken, and it was not executed. */
  arrive(task: Task): boolean;
  /** Its caller has gone: it leaves the queue; when it runs already, it runs on to its end. */
  abandon(task: Task): void;
  /** True while it runs or has run here. */
  hasBegun(task: Task): boolean;
  /** The node has gone: everything on it is lost. */
  crash(): void;
  /** When the task would be through if it were sent now and came in `delayMs`, from now on; Infinity: it would be refused. */
  foresee(task: Task, delayMs: number): number;
  /** As its agent tells of it, with its part of the node's CPU. */
  tell(cpuMillicores: number): InstanceTelemetry__Output;
  /** Requests it serves now. */
  readonly runningCount: number;
}

/** A node. */
export interface SimNode {
  readonly name: string;
  readonly kind: NodeKind;
  readonly group: NodeGroup;
  readonly hash: number;
  readonly cpu: SharedResource;
  readonly link: SharedResource;
  readonly instances: SimInstance[];
  isUp: boolean;
  /** Time in which a client notices that the node is gone. */
  noticeMs: number;
  /** Its agent is down. */
  isSilent: boolean;
  /** Service takes this many times as long. */
  slowFactor: number;
  /** CPU that a neighbour wants, cores. */
  neighbourCores: number;
  /** Workers that a function may have now. */
  workerLimit: number;
  /** Of its agent: how often it has started, and snapshots since. */
  epoch: number;
  sequence: number;
}
