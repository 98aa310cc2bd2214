import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { type InstanceModel, type NodeKind, UNKNOWN_INSTANCE } from "../scheduler/index.js";
import { isInstanceToBlame } from "./blame.js";
import { type ApplicationRecord, createInstanceRecord, createPool, type InstanceRecord, type Pool } from "./instance-record.js";
import { learnAnswer, learnTelemetry } from "./learn.js";
import { createOverflow } from "./overflow.js";
import { modelOf } from "./publish.js";
import { createTransfer, type Transfer } from "./transfer-model.js";

/** How a placed request ended, in the words of a Report. */
export interface Answer {
  readonly application: string;
  readonly kind: NodeKind;
  readonly nodeId: string;
  readonly instanceId: string;
  readonly outcome: "ok" | "client-error" | "instance-error" | "timeout" | "throttled" | "cancelled";
  readonly sizeBytes: number;
  /** From sending to the last byte of the answer. */
  readonly responseMs: number;
  /** Of it, spent serving; 0: not known. */
  readonly serviceMs: number;
  /** Of it, spent on a cold start; 0: none. */
  readonly coldStartMs: number;
  /** The wait and the cold start that its decision expected; of the latter absent is 0. */
  readonly expectedWaitMs: number;
  readonly expectedColdStartMs?: number;
  /** The wait in placement's own queue before it was placed; absent: none. */
  readonly waitedMs?: number;
}

/** What telemetry tells of a node beside its instances. */
export interface NodeFacts {
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly networkBytesPerSecond: number;
  /** CPU that others than its instances use, 0..1. */
  readonly neighbourCpuRatio: number;
}

/** Learns how instances serve. */
export interface Learner {
  /**
   * Learns from one answer. True when its instance is to blame for a failure: a request that came to it with hardly any time left, and found
   * the time too short, is none.
   */
  report(answer: Answer): boolean;
  /** Learns from what telemetry tells of an instance. */
  observe(node: NodeFacts, telemetry: InstanceTelemetry__Output): void;
  /** What is known of an instance, by `<node>/<instance>`; undefined: nothing beyond what its telemetry says. The same object until something changes. */
  modelOf(instanceKey: string): InstanceModel | undefined;
  /** Calls the listener with the key of each instance of which a report has told something. */
  onChange(listener: (instanceKey: string) => void): void;
  /** Forgets instances and nodes of which nothing has been heard for ten minutes. */
  sweep(): void;
}

/** Silent for this long is gone: an instance that comes back after it starts as one of its kind. */
const FORGOTTEN_MS = 600_000;
/** What is to be forgotten is looked for this often, however often it is asked for. */
const SWEEP_MS = 60_000;
/** Beyond this many instances new ones are not learned of; a fleet has at most as many. */
const MOST_INSTANCES = 100_000;

/** A learner that knows nothing; `now` in milliseconds, never going back. */
export function createLearner(now: () => number): Learner {
  const records = new Map<string, InstanceRecord>();
  const pools = new Map<string, Pool>();
  const transfers = new Map<string, Transfer>();
  const listeners: ((instanceKey: string) => void)[] = [];
  let sweptMs = now();
  const applications = new Map<string, ApplicationRecord>();
  const poolFor = (application: string, kind: NodeKind): Pool =>
    getOrMake(pools, `${application}/${kind}`, () => {
      const record = getOrMake(applications, application, () => ({
        pools: [],
        answers: 0,
        coldStarts: 0,
        overflow: createOverflow(now()),
        failedAfterMs: UNKNOWN_INSTANCE.failedAfterMs,
      }));
      return createPool(record, kind, now());
    });
  const recordFor = (nodeId: string, instanceId: string, application: string, kind: NodeKind): InstanceRecord | undefined => {
    const key = `${nodeId}/${instanceId}`;
    const known = records.get(key);
    if (known !== undefined || records.size >= MOST_INSTANCES) return known;
    const transfer = getOrMake(transfers, nodeId, () => createTransfer(0));
    const record = createInstanceRecord(poolFor(application, kind), transfer, now());
    records.set(key, record);
    return record;
  };
  return {
    report(answer) {
      const record = recordFor(answer.nodeId, answer.instanceId, answer.application, answer.kind);
      if (record === undefined) return answer.outcome === "instance-error" || answer.outcome === "timeout";
      const isToBlame = isInstanceToBlame(answer, modelOf(record, now()));
      learnAnswer(record, answer, isToBlame, now());
      for (const listener of listeners) listener(`${answer.nodeId}/${answer.instanceId}`);
      return isToBlame;
    },
    observe(node, telemetry) {
      if (!transfers.has(node.nodeId)) transfers.set(node.nodeId, createTransfer(node.networkBytesPerSecond));
      const record = recordFor(node.nodeId, telemetry.instanceId, telemetry.application, node.kind);
      if (record !== undefined) learnTelemetry(record, node, telemetry, now());
    },
    modelOf(instanceKey) {
      const record = records.get(instanceKey);
      return record === undefined ? undefined : modelOf(record, now());
    },
    onChange: (listener) => listeners.push(listener),
    sweep() {
      if (now() - sweptMs < SWEEP_MS) return;
      sweptMs = now();
      keepOnly(records, ({ heardMs }) => sweptMs - heardMs <= FORGOTTEN_MS);
      const used = new Set<unknown>([...records.values()].flatMap(({ pool, transfer }) => [pool, pool.application, transfer]));
      for (const map of [pools, applications, transfers]) keepOnly<unknown>(map, (value) => used.has(value));
      for (const application of applications.values()) application.pools = application.pools.filter((pool) => used.has(pool));
    },
  };
}

function keepOnly<T>(map: Map<string, T>, isKept: (value: T) => boolean): void {
  for (const [key, value] of map) if (!isKept(value)) map.delete(key);
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
