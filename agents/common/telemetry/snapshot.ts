import type { InstanceState__Output } from "../../../proto/gen/straightline/v1/InstanceState.js";
import type { InstanceTelemetry } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { TelemetrySnapshot } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { kindToWire } from "../../../services/common/bus/index.js";
import type { DurationSketchData } from "../../../services/common/sketch/index.js";
import type { NodeReading } from "../collectors/index.js";
import type { AgentConfig } from "../config.js";
import { type Driver, type FunctionStats, type InstanceLimits, isFunctionSource } from "../driver.js";
import { isAvailable, type ManagedInstance } from "../instances/index.js";
import type { AssignmentFailure } from "../reconcile/index.js";

/** This agent process. */
export interface AgentIdentity {
  /** When it started, milliseconds since the Unix epoch. */
  readonly epochMs: number;
  /** Drawn at random when it starts. */
  readonly agentInstanceId: string;
}

/** All that a snapshot is made of. */
export interface SnapshotParts {
  readonly config: AgentConfig;
  readonly driver: Driver;
  readonly identity: AgentIdentity;
  readonly sequence: number;
  readonly takenAtMs: number;
  readonly reading: NodeReading;
  /** The driver's own figures, where it knows better. */
  readonly driverCapacity: InstanceLimits | undefined;
  readonly instances: readonly ManagedInstance[];
  readonly failures: readonly AssignmentFailure[];
  readonly coldStarts: (assignment: string) => DurationSketchData | undefined;
  readonly impairment: string | undefined;
  readonly instancesUnseen: boolean;
  /** host:port of the front that stands before the instances; undefined: none. */
  readonly frontAddress: string | undefined;
}

const STATE: Readonly<Record<ManagedInstance["phase"], InstanceState__Output>> = {
  starting: "INSTANCE_STATE_STARTING",
  ready: "INSTANCE_STATE_READY",
  unhealthy: "INSTANCE_STATE_UNHEALTHY",
  stopping: "INSTANCE_STATE_STOPPING",
  // It is about to be replaced.
  exited: "INSTANCE_STATE_UNHEALTHY",
};

/** What the agent tells of its node. */
export function buildSnapshot(parts: SnapshotParts): TelemetrySnapshot {
  const { config, driver, identity, reading, driverCapacity } = parts;
  return {
    nodeId: config.nodeId,
    kind: kindToWire(driver.kind),
    agentEpochMs: identity.epochMs,
    agentInstanceId: identity.agentInstanceId,
    sequence: parts.sequence,
    takenAtMs: parts.takenAtMs,
    tickMs: config.tickMs,
    labels: config.labels,
    zone: config.zone,
    price: config.price,
    impairment: parts.impairment ?? "",
    instancesUnseen: parts.instancesUnseen,
    capacity: {
      cpuMillicores: driverCapacity?.cpuMillicores ?? reading.cpuMillicores,
      memoryBytes: driverCapacity?.memoryBytes ?? reading.memoryBytes,
      diskBytes: reading.diskBytes,
      networkBytesPerSecond: reading.networkBytesPerSecond,
      gpuCount: reading.gpuCount,
    },
    usage: {
      cpuMillicores: reading.cpuUsedMillicores,
      memoryBytes: reading.memoryUsedBytes,
      diskBytes: reading.diskUsedBytes,
      networkReceiveBytesPerSecond: reading.networkReceiveBytesPerSecond,
      networkTransmitBytesPerSecond: reading.networkTransmitBytesPerSecond,
    },
    instances: instanceTelemetry(parts),
  };
}

/** Every instance, and for each assignment that has none the last failure to start one. */
export function instanceTelemetry(
  parts: Pick<SnapshotParts, "driver" | "takenAtMs" | "instances" | "failures" | "coldStarts" | "frontAddress">,
): InstanceTelemetry[] {
  const { instances, failures } = parts;
  // A failed start that is still being cleared away tells of itself: an instance must not stand twice in a snapshot.
  const unmet = failures.filter(
    ({ assignment, generation, instanceId }) =>
      !instances.some((one) => one.instanceId === instanceId || fulfils(one, assignment, generation)),
  );
  const attemptsOf = ({ workload }: ManagedInstance): number =>
    failures.find(({ assignment, generation }) => assignment === workload.assignment && generation === workload.generation)
      ?.attempts ?? 0;
  const told = instances.map((one) => ({ ...ofInstance(parts, one), failedAttempts: attemptsOf(one) }));
  return [...told, ...unmet.map(ofFailure)];
}

/** What makes a snapshot worth sending at once: states, endpoints, and whether a free slot is left. */
export function materialKey(instances: readonly InstanceTelemetry[], impairment: string | undefined): string {
  const facts = instances.map(({ instanceId, state, httpEndpoint, grpcEndpoint, inFlight, concurrency }) =>
    [instanceId, state, httpEndpoint, grpcEndpoint, inFlight !== undefined && inFlight >= (concurrency ?? 1)].join(" "),
  );
  return [impairment ?? "", ...facts.sort()].join("\n");
}

function fulfils({ phase, workload }: ManagedInstance, assignment: string, generation: number): boolean {
  if (phase === "exited" || phase === "stopping" || workload.assignment !== assignment) return false;
  return workload.generation === generation;
}

function ofInstance(
  { driver, takenAtMs, coldStarts, frontAddress }: Pick<SnapshotParts, "driver" | "takenAtMs" | "coldStarts" | "frontAddress">,
  instance: ManagedInstance,
): InstanceTelemetry {
  const { instanceId, workload, phase, running, usage, lack, lastError } = instance;
  const told = isFunctionSource(driver) ? driver.functionStats(instanceId) : undefined;
  const isAlive = phase === "starting" || phase === "unhealthy";
  const coldStart = told?.coldStart ?? coldStarts(workload.assignment);
  return {
    instanceId,
    application: workload.application,
    assignment: workload.assignment,
    generation: workload.generation,
    state: STATE[phase],
    available: isAvailable(instance, takenAtMs),
    ...endpoints(running, frontAddress),
    concurrency: workload.concurrency,
    payloadLimitBytes: workload.payloadLimitBytes,
    artifactDigest: running?.artifactDigest ?? "",
    cpuMillicores: usage?.cpuMillicores ?? 0,
    memoryBytes: usage?.memoryBytes ?? 0,
    ...counts(told ?? instance.stats),
    ...(coldStart === undefined ? {} : { coldStart: { ...coldStart } }),
    ...(told === undefined ? {} : { function: functionTelemetry(told) }),
    restartCount: instance.restarts,
    lastError: (isAlive ? lack : "") || lastError || (told?.lastError ?? ""),
  };
}

/** Where clients are sent: to the instance itself, or to the front of its node. */
function endpoints(running: ManagedInstance["running"], front: string | undefined): InstanceTelemetry {
  if (running === undefined) return { httpEndpoint: "", grpcEndpoint: "" };
  const { httpEndpoint, grpcEndpoint } = running;
  if (front === undefined) return { httpEndpoint, grpcEndpoint };
  return { httpEndpoint: `https://${front}`, grpcEndpoint: grpcEndpoint === "" ? "" : front };
}

function counts(stats: ManagedInstance["stats"] | FunctionStats): InstanceTelemetry {
  if (stats === undefined) return {};
  const { inFlight, queued, servedCount, failedCount, serviceTime } = stats;
  return { inFlight, queued, servedCount, failedCount, serviceTime: { ...serviceTime } };
}

function functionTelemetry(stats: FunctionStats) {
  const { idleWorkers, busyWorkers, startingWorkers, keepAliveMs, coldStartCount, throttledCount, billedMs } = stats;
  return { idleWorkers, busyWorkers, startingWorkers, keepAliveMs, coldStartCount, throttledCount, billedMs };
}

function ofFailure(failure: AssignmentFailure): InstanceTelemetry {
  return {
    instanceId: failure.instanceId,
    application: failure.application,
    assignment: failure.assignment,
    generation: failure.generation,
    failedAttempts: failure.attempts,
    restartCount: failure.total - 1,
    state: failure.permanent ? "INSTANCE_STATE_FAILED" : "INSTANCE_STATE_UNHEALTHY",
    lastError: failure.message,
  };
}
