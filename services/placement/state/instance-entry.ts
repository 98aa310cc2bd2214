import type { InstanceState as WireState } from "../../../proto/gen/straightline/v1/InstanceState.js";
import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { Price__Output } from "../../../proto/gen/straightline/v1/Price.js";
import { hashInstance, type InstanceModel, type InstanceState, type InstanceView, type NodeView } from "../scheduler/index.js";
import type { QueueOutlook } from "./expected-queue.js";

/** An instance as telemetry and our own reports have it. */
export interface InstanceEntry {
  readonly key: string;
  readonly hash: number;
  readonly telemetry: InstanceTelemetry__Output;
  /** Requests on it that are not ours, being served and waiting in a queue of its own. */
  readonly foreignInFlight: number;
  readonly foreignQueued: number;
  /** Memory of one worker or process, GB; the last that was told while one lived. */
  readonly memoryGb: number;
  /** Of its node, as telemetry tells. */
  readonly price: Price__Output | null;
  /** When a report made it suspect; undefined: it is not. */
  suspectSinceMs: number | undefined;
  /** A report said that it had no free slot. */
  throttled: boolean;
  /** Workers of a function: those that telemetry told of, or as many as there have been requests since. */
  liveWorkers: number;
  /** The view made last, while it holds. */
  made: MadeView | undefined;
}

interface MadeView extends LiveFacts {
  readonly view: InstanceView;
  readonly suspect: boolean;
}

/** What changes between two snapshots. */
export interface LiveFacts {
  readonly ownInFlight: number;
  readonly throttled: boolean;
  readonly model: InstanceModel | undefined;
}

/** Where an entry's counts of our own come from. */
export interface OwnCounts {
  count(instanceKey: string): number;
  takePeak(instanceKey: string): number;
  /** What our requests there are expected to do, where `foreign` others take slots; absent or undefined: not known. */
  outlook?(instanceKey: string, foreign: number): QueueOutlook | undefined;
  /** When each slot beyond those that we hold was last held; absent: not known. */
  idleSinceMs?(instanceKey: string): readonly number[];
  /** Calls the listener with the key of each instance whose counts change; absent: they are asked for each time. */
  onChange?(listener: (instanceKey: string) => void): void;
}

/** Instance ids are unique by promise only, so everything of ours is keyed by node and instance. */
export function instanceKey(nodeId: string, instanceId: string): string {
  return `${nodeId}/${instanceId}`;
}

/**
 * Takes over a snapshot's word on an instance. What it counts as in flight includes ours, as of some moment since the snapshot before;
 * the most that we had there at once is taken off, so that a request that ended meanwhile is not counted as somebody else's. What of
 * ours was not being served was waiting, so the rest is taken off its queue.
 */
export function nextInstanceEntry(
  nodeId: string,
  telemetry: InstanceTelemetry__Output,
  price: Price__Output | null,
  before: InstanceEntry | undefined,
  ownPeak: number,
  clearSuspectBeforeMs: number,
): InstanceEntry {
  const since = before?.suspectSinceMs;
  const isCleared = since === undefined || (stateOf(telemetry.state) === "ready" && since <= clearSuspectBeforeMs);
  const inFlight = telemetry.inFlight ?? 0;
  const { idleWorkers, busyWorkers, startingWorkers } = telemetry.function ?? NO_WORKERS;
  const processes = telemetry.function === null ? 1 : idleWorkers + busyWorkers;
  return {
    key: before?.key ?? instanceKey(nodeId, telemetry.instanceId),
    hash: before?.hash ?? hashInstance(nodeId, telemetry.instanceId),
    telemetry,
    foreignInFlight: Math.max(0, inFlight - ownPeak),
    // A function counts requests that wait for a worker as in flight already.
    foreignQueued:
      telemetry.function === null
        ? Math.max(0, (telemetry.queued ?? 0) - Math.max(0, ownPeak - inFlight))
        : (telemetry.queued ?? 0),
    memoryGb: processes > 0 && telemetry.memoryBytes > 0 ? telemetry.memoryBytes / processes / 1e9 : (before?.memoryGb ?? 0),
    price,
    suspectSinceMs: isCleared ? undefined : since,
    throttled: false,
    liveWorkers: idleWorkers + busyWorkers + startingWorkers,
    made: undefined,
  };
}

const NO_DURATIONS = { count: 0, sumMs: 0 };
const NO_WORKERS = { idleWorkers: 0, busyWorkers: 0, startingWorkers: 0 };

/** The instance as the scheduler sees it: the same object while nothing about it has changed. */
export function instanceView(
  entry: InstanceEntry,
  node: Pick<NodeView, "nodeId" | "kind">,
  facts: LiveFacts,
  own: OwnCounts,
): InstanceView {
  const { made } = entry;
  const { ownInFlight, throttled, model } = facts;
  const suspect = entry.suspectSinceMs !== undefined;
  if (
    made !== undefined &&
    made.ownInFlight === ownInFlight &&
    made.throttled === throttled &&
    made.model === model &&
    made.suspect === suspect
  ) {
    return made.view;
  }
  const view = makeView(entry, node, facts, own);
  entry.made = { ownInFlight, throttled, model, suspect, view };
  return view;
}

function makeView(
  entry: InstanceEntry,
  node: Pick<NodeView, "nodeId" | "kind">,
  { ownInFlight, throttled, model }: LiveFacts,
  own: OwnCounts,
): InstanceView {
  const { telemetry, foreignInFlight } = entry;
  const inFlight = foreignInFlight + ownInFlight;
  const outlook = own.outlook?.(entry.key, foreignInFlight);
  const workers = telemetry.function === null ? NOT_A_FUNCTION : workersOf(entry, inFlight, outlook, own);
  // Every view has the same properties in the same order: the decisions that read hundreds of them are compiled for one shape.
  return {
    instanceId: telemetry.instanceId,
    nodeId: node.nodeId,
    kind: node.kind,
    application: telemetry.application,
    state: stateOf(telemetry.state),
    httpEndpoint: telemetry.httpEndpoint,
    grpcEndpoint: telemetry.grpcEndpoint,
    concurrency: telemetry.concurrency,
    inFlight,
    queued: entry.foreignQueued,
    payloadLimitBytes: telemetry.payloadLimitBytes,
    suspect: entry.suspectSinceMs !== undefined,
    throttled,
    serviceTime: telemetry.serviceTime ?? NO_DURATIONS,
    coldStart: telemetry.coldStart ?? NO_DURATIONS,
    idleWorkers: telemetry.function?.idleWorkers,
    liveWorkers: workers.live,
    startingWorkers: workers.starting,
    keepAliveMs: telemetry.function?.keepAliveMs,
    idleSinceMs: workers.idleSinceMs,
    workersReadyAtMs: workers.readyAtMs,
    slotFreeAtMs: outlook?.slotFreeAtMs,
    dueAtMs: outlook?.dueAtMs,
    price: priceOf(entry.price, entry.memoryGb),
    model,
    hash: entry.hash,
  };
}

interface Workers {
  readonly live: number | undefined;
  readonly starting: number | undefined;
  readonly readyAtMs: number | undefined;
  readonly idleSinceMs: readonly number[] | undefined;
}

const NOT_A_FUNCTION: Workers = { live: undefined, starting: undefined, readyAtMs: undefined, idleSinceMs: undefined };

/** Each request on a function has a worker, or one that starts for it. */
function workersOf(entry: InstanceEntry, inFlight: number, outlook: QueueOutlook | undefined, own: OwnCounts): Workers {
  entry.liveWorkers = Math.max(entry.liveWorkers, inFlight);
  const told = entry.telemetry.function?.startingWorkers ?? 0;
  return {
    live: entry.liveWorkers,
    starting: outlook?.startingWorkers ?? told,
    readyAtMs: outlook?.workersReadyAtMs,
    // It gives work to the worker used last, so the most requests at once tell how long each has been idle.
    idleSinceMs: own.idleSinceMs?.(entry.key).slice(0, entry.liveWorkers - inFlight),
  };
}

/** What a request adds to the bill: an instance that is there anyway is paid for by the hour. */
function priceOf(price: Price__Output | null, memoryGb: number): InstanceView["price"] {
  if (price === null || (price.perRequest === 0 && price.perGbSecond === 0)) return undefined;
  return { perRequest: price.perRequest, perSecond: price.perGbSecond * memoryGb };
}

const STATES: Readonly<Record<WireState, InstanceState>> = {
  INSTANCE_STATE_UNSPECIFIED: "unhealthy",
  INSTANCE_STATE_STARTING: "starting",
  INSTANCE_STATE_READY: "ready",
  INSTANCE_STATE_UNHEALTHY: "unhealthy",
  INSTANCE_STATE_STOPPING: "stopping",
  INSTANCE_STATE_FAILED: "failed",
} as Readonly<Record<WireState, InstanceState>>;

/** A state of a newer version counts as unhealthy: it takes no requests. */
function stateOf(state: WireState): InstanceState {
  return STATES[state] ?? "unhealthy";
}
