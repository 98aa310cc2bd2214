import type { InstanceState as WireState } from "../../../proto/gen/straightline/v1/InstanceState.js";
import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { InstanceState, InstanceView, NodeKind } from "../scheduler/index.js";

/** An instance as telemetry and our own reports have it. */
export interface InstanceEntry {
  readonly telemetry: InstanceTelemetry__Output;
  /** Requests on it that are not ours. */
  readonly foreignInFlight: number;
  /** When a report made it suspect; undefined: it is not. */
  suspectSinceMs: number | undefined;
  /** A report said that it had no free slot. */
  throttled: boolean;
}

/** Where an entry's counts of our own come from. */
export interface OwnCounts {
  count(instanceKey: string): number;
  takePeak(instanceKey: string): number;
}

/** Instance ids are unique by promise only, so everything of ours is keyed by node and instance. */
export function instanceKey(nodeId: string, instanceId: string): string {
  return `${nodeId}/${instanceId}`;
}

/**
 * Takes over a snapshot's word on an instance. What it counts as in flight includes ours, as of some moment since the snapshot before;
 * the most that we had there at once is taken off, so that a request that ended meanwhile is not counted as somebody else's.
 */
export function nextInstanceEntry(
  telemetry: InstanceTelemetry__Output,
  before: InstanceEntry | undefined,
  ownPeak: number,
  clearSuspectBeforeMs: number,
): InstanceEntry {
  const since = before?.suspectSinceMs;
  const isCleared = since === undefined || (stateOf(telemetry.state) === "ready" && since <= clearSuspectBeforeMs);
  return {
    telemetry,
    foreignInFlight: Math.max(0, (telemetry.inFlight ?? 0) - ownPeak),
    suspectSinceMs: isCleared ? undefined : since,
    throttled: false,
  };
}

const NO_DURATIONS = { count: 0, sumMs: 0 };

/** The instance as the scheduler sees it. */
export function instanceView(
  { telemetry, foreignInFlight, suspectSinceMs, throttled }: InstanceEntry,
  node: { readonly nodeId: string; readonly kind: NodeKind },
  ownInFlight: number,
): InstanceView {
  return {
    instanceId: telemetry.instanceId,
    nodeId: node.nodeId,
    kind: node.kind,
    application: telemetry.application,
    state: stateOf(telemetry.state),
    httpEndpoint: telemetry.httpEndpoint,
    grpcEndpoint: telemetry.grpcEndpoint,
    concurrency: telemetry.concurrency,
    inFlight: foreignInFlight + ownInFlight,
    queued: telemetry.queued ?? 0,
    payloadLimitBytes: telemetry.payloadLimitBytes,
    suspect: suspectSinceMs !== undefined,
    throttled,
    serviceTime: telemetry.serviceTime ?? NO_DURATIONS,
    coldStart: telemetry.coldStart ?? NO_DURATIONS,
    idleWorkers: telemetry.function?.idleWorkers,
  };
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
