import type { TelemetrySnapshot__Output } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import type { NodeHealth, NodeKind, NodeScheduling, NodeView } from "../scheduler/index.js";
import { type InstanceEntry, instanceKey, nextInstanceEntry, type OwnCounts } from "./instance-entry.js";
import { createOwnership, type Ownership } from "./ownership.js";

/** Missed ticks after which a node is suspect and lost. */
export interface HealthLimits {
  readonly suspectTicks: number;
  readonly lostTicks: number;
}

/** The moment for which a node is judged. */
export interface Moment {
  readonly nowMs: number;
  /** Time of our own deafness until now. */
  readonly deafMs: number;
}

/** What is kept of a node. */
export interface NodeEntry {
  readonly nodeId: string;
  kind: NodeKind;
  scheduling: NodeScheduling;
  readonly ownership: Ownership;
  /** Undefined: known from an earlier run of placement, not yet heard in this one. */
  telemetry: TelemetrySnapshot__Output | undefined;
  /** By the local clock; clocks of agents do not matter. */
  heardMs: number;
  /** Time of our own deafness until then: see silence.ts. */
  deafMsWhenHeard: number;
  tickMs: number;
  instances: ReadonlyMap<string, InstanceEntry>;
  byApplication: ReadonlyMap<string, readonly InstanceEntry[]>;
  /** CPU that others than its instances use, 0..1 of the node. */
  neighbourCpuRatio: number;
  /** The view made last. */
  view: NodeView | undefined;
  /** As last told to listeners. */
  toldHealth: NodeHealth;
}

/** Used until the node tells its own; agents tick once a second by default. */
const DEFAULT_TICK_MS = 1000;
/** A tick beyond these is a fault of configuration; health must still be judged in human time. */
const MIN_TICK_MS = 50;
const MAX_TICK_MS = 60_000;

/** A node of which nothing is known but its name and kind. */
export function createNodeEntry(nodeId: string, kind: NodeKind, now: () => number): NodeEntry {
  return {
    nodeId,
    kind,
    scheduling: "open",
    ownership: createOwnership(nodeId, now),
    telemetry: undefined,
    heardMs: now(),
    deafMsWhenHeard: 0,
    tickMs: DEFAULT_TICK_MS,
    instances: new Map(),
    byApplication: new Map(),
    neighbourCpuRatio: 0,
    view: undefined,
    toldHealth: "suspect",
  };
}

/** The tick that a snapshot names, kept within reason. */
export function tickOf({ tickMs }: TelemetrySnapshot__Output): number {
  return tickMs === 0 ? DEFAULT_TICK_MS : Math.min(Math.max(tickMs, MIN_TICK_MS), MAX_TICK_MS);
}

/** Takes over an accepted snapshot. */
export function takeSnapshot(
  entry: NodeEntry,
  snapshot: TelemetrySnapshot__Output,
  { nowMs, deafMs }: Moment,
  own: OwnCounts,
): void {
  entry.telemetry = snapshot;
  entry.heardMs = nowMs;
  entry.deafMsWhenHeard = deafMs;
  entry.tickMs = tickOf(snapshot);
  const instances = new Map<string, InstanceEntry>();
  for (const telemetry of snapshot.instances) {
    const { instanceId } = telemetry;
    const before = entry.instances.get(instanceId);
    if (snapshot.instancesUnseen && before?.telemetry.state === telemetry.state) {
      before.throttled = false;
      instances.set(instanceId, before);
      continue;
    }
    const peak = own.takePeak(instanceKey(entry.nodeId, instanceId));
    instances.set(instanceId, nextInstanceEntry(entry.nodeId, telemetry, snapshot.price, before, peak, nowMs - entry.tickMs));
  }
  entry.neighbourCpuRatio = neighbourCpuRatio(snapshot);
  entry.view = undefined;
  entry.instances = instances;
  entry.byApplication = groupByApplication(instances.values());
}

/** What the node uses beyond what its instances do; the two are measured at slightly different times, so it is never below 0. */
function neighbourCpuRatio({ usage, capacity, instances }: TelemetrySnapshot__Output): number {
  const total = capacity?.cpuMillicores ?? 0;
  if (total <= 0) return 0;
  const own = instances.reduce((sum, { cpuMillicores }) => sum + cpuMillicores, 0);
  return Math.min(1, Math.max(0, ((usage?.cpuMillicores ?? 0) - own) / total));
}

function groupByApplication(instances: Iterable<InstanceEntry>): Map<string, InstanceEntry[]> {
  const groups = new Map<string, InstanceEntry[]>();
  for (const instance of instances) {
    const group = groups.get(instance.telemetry.application);
    if (group === undefined) groups.set(instance.telemetry.application, [instance]);
    else group.push(instance);
  }
  return groups;
}

/**
 * Trust in a node. One that has not been heard since placement started is suspect: it may be there. Time in which nobody was heard makes a
 * node suspect, never lost.
 */
export function healthOf(entry: NodeEntry, { nowMs, deafMs }: Moment, { suspectTicks, lostTicks }: HealthLimits): NodeHealth {
  const ageMs = nowMs - entry.heardMs;
  if (ageMs - (deafMs - entry.deafMsWhenHeard) > lostTicks * entry.tickMs) return "lost";
  return entry.telemetry === undefined || ageMs > suspectTicks * entry.tickMs ? "suspect" : "fresh";
}

/** The node as the scheduler sees it. */
function nodeView(entry: NodeEntry, moment: Moment, limits: HealthLimits): NodeView {
  const { nodeId, kind, scheduling, telemetry, tickMs, neighbourCpuRatio } = entry;
  return {
    nodeId,
    kind,
    health: healthOf(entry, moment, limits),
    heardAtMs: entry.heardMs,
    scheduling,
    labels: telemetry?.labels ?? {},
    zone: telemetry?.zone ?? "",
    networkBytesPerSecond: telemetry?.capacity?.networkBytesPerSecond ?? 0,
    tickMs,
    cpuCores: (telemetry?.capacity?.cpuMillicores ?? 0) / 1000,
    neighbourCpuRatio,
  };
}

/** The same, the view made last while it holds: a decision over a thousand nodes cannot make a thousand views. */
export function sharedNodeView(entry: NodeEntry, moment: Moment, limits: HealthLimits): NodeView {
  const { view } = entry;
  const isCurrent =
    view !== undefined &&
    view.scheduling === entry.scheduling &&
    view.kind === entry.kind &&
    view.health === healthOf(entry, moment, limits);
  if (isCurrent) return view;
  entry.view = nodeView(entry, moment, limits);
  return entry.view;
}
