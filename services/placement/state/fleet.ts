import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { TelemetrySnapshot__Output } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import type {
  Candidate,
  FleetSnapshot,
  InstanceModel,
  InstanceView,
  NodeHealth,
  NodeKind,
  NodeScheduling,
  NodeView,
} from "../scheduler/index.js";
import { createCandidateCache } from "./candidate-cache.js";
import { type InstanceEntry, instanceKey, instanceView, type OwnCounts } from "./instance-entry.js";
import {
  createNodeEntry,
  type HealthLimits,
  healthOf,
  type Moment,
  type NodeEntry,
  sharedNodeView,
  takeSnapshot,
  tickOf,
} from "./node-entry.js";
import { createSilence } from "./silence.js";
import { checkTelemetry } from "./telemetry-check.js";

/** A node as the API and the controller see it. */
export interface NodeState {
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly health: NodeHealth;
  readonly ageMs: number;
  readonly scheduling: NodeScheduling;
  readonly telemetry: TelemetrySnapshot__Output | undefined;
  /** Slots that we hold, by instance id. */
  readonly reservedSlots: Readonly<Record<string, number>>;
  /** Empty: no other agent claims the node's id. */
  readonly conflict: string;
}

/** Something about a node has changed. */
export interface FleetChange {
  readonly type: "telemetry" | "health" | "scheduling" | "removed";
  readonly nodeId: string;
  /** Applications whose instances are on it. */
  readonly applications: readonly string[];
}

/** What became of a snapshot. */
export type Acceptance = { readonly ok: true } | { readonly ok: false; readonly nodeId: string; readonly fault: string };

/** What is known of nodes and instances. */
export interface Fleet {
  /** Takes a snapshot over, or tells why it is dropped. */
  accept(subject: string, snapshot: TelemetrySnapshot__Output): Acceptance;
  /** Takes over what was kept of a node from an earlier run, or an operator's wish. */
  remember(nodeId: string, kind: NodeKind, scheduling: NodeScheduling): void;
  /** Lets go of a node that an operator has removed, at once; where its agent speaks on, it is a new one. */
  forget(nodeId: string): void;
  /** One application's instances with their nodes, now. */
  snapshotFor(application: string): FleetSnapshot;
  node(nodeId: string): NodeState | undefined;
  /** In order of id. */
  nodes(): NodeState[];
  /** A request to the instance has failed: it is used only if nothing better is free, until telemetry a tick later shows it ready. */
  markSuspect(nodeId: string, instanceId: string): void;
  /** The instance refused a request for want of a slot: it counts as full until the next telemetry. */
  markThrottled(nodeId: string, instanceId: string): void;
  /** Tells listeners of nodes whose health has changed by time alone. */
  sweep(): void;
  onChange(listener: (change: FleetChange) => void): void;
}

/** What a fleet asks of whoever learns how instances serve. */
export interface ModelSource {
  /** Called with each instance of an accepted snapshot. */
  observe(
    node: {
      readonly nodeId: string;
      readonly kind: NodeKind;
      readonly networkBytesPerSecond: number;
      readonly neighbourCpuRatio: number;
    },
    telemetry: InstanceTelemetry__Output,
  ): void;
  /** The same object until something is learned; undefined: nothing is known. */
  modelOf(instanceKey: string): InstanceModel | undefined;
  /** Calls the listener with the key of each instance of which a report has told something. */
  onChange?(listener: (instanceKey: string) => void): void;
}

interface FleetParts {
  readonly moment: () => Moment;
  readonly limits: HealthLimits;
  readonly own: OwnCounts;
  readonly models: ModelSource | undefined;
}

/** Beyond this many nodes an unknown one is not taken in, so that a broken publisher cannot fill the memory. */
const MAX_NODES = 10_000;

/** An empty fleet; without `models` its instances are predicted from telemetry alone. */
export function createFleet(now: () => number, limits: HealthLimits, own: OwnCounts, models?: ModelSource): Fleet {
  const silence = createSilence(limits);
  const moment = (): Moment => ({ nowMs: now(), deafMs: silence.deafMs(now()) });
  const parts: FleetParts = { moment, limits, own, models };
  const entries = new Map<string, NodeEntry>();
  const cache = createCandidateCache({
    now,
    candidateOf: (instance, entry, last) => candidateOf(instance, entry, last, parts),
    isTold: own.onChange !== undefined && (models === undefined || models.onChange !== undefined),
  });
  own.onChange?.(cache.touch);
  models?.onChange?.(cache.touch);
  const listeners: ((change: FleetChange) => void)[] = [];
  const tell = (type: FleetChange["type"], entry: NodeEntry): void => {
    entry.toldHealth = healthOf(entry, moment(), limits);
    const change = { type, nodeId: entry.nodeId, applications: [...entry.byApplication.keys()] };
    for (const listener of listeners) listener(change);
  };
  const entryOf = (nodeId: string, kind: NodeKind): NodeEntry => {
    const entry = entries.get(nodeId) ?? createNodeEntry(nodeId, kind, now);
    entries.set(nodeId, entry);
    return entry;
  };
  const stateOf = (entry: NodeEntry): NodeState => nodeState(entry, moment(), limits, own);
  const mark = (nodeId: string, instanceId: string, change: (instance: InstanceEntry) => void): void => {
    const instance = entries.get(nodeId)?.instances.get(instanceId);
    if (instance === undefined) return;
    change(instance);
    cache.touch(instance.key);
  };
  return {
    accept(subject, snapshot) {
      const checked = checkTelemetry(subject, snapshot);
      if (!checked.ok) return checked;
      const { nodeId, kind } = checked;
      if (!entries.has(nodeId) && entries.size >= MAX_NODES) {
        return { ok: false, nodeId: "?", fault: `more than ${MAX_NODES} nodes` };
      }
      const entry = entryOf(nodeId, kind);
      const fault = claim(entry, snapshot, limits);
      if (fault !== undefined) return { ok: false, nodeId, fault };
      const before = entry.byApplication;
      silence.heard(nodeId, tickOf(snapshot), now());
      takeSnapshot(entry, snapshot, moment(), own);
      entry.kind = kind;
      if (models !== undefined) observeAll(models, entry, snapshot);
      cache.touchNode(entry, before);
      tell("telemetry", entry);
      return { ok: true };
    },
    remember(nodeId, kind, scheduling) {
      const isKnown = entries.has(nodeId);
      const entry = entryOf(nodeId, kind);
      if (isKnown && entry.scheduling === scheduling) return;
      entry.scheduling = scheduling;
      cache.touchNode(entry, entry.byApplication);
      tell("scheduling", entry);
    },
    forget(nodeId) {
      const entry = entries.get(nodeId);
      if (entry === undefined) return;
      const before = entry.byApplication;
      entries.delete(nodeId);
      entry.instances = new Map();
      entry.byApplication = new Map();
      cache.touchNode(entry, before);
      for (const listener of listeners) listener({ type: "removed", nodeId, applications: [...before.keys()] });
    },
    snapshotFor: (application) => new CandidateSnapshot(cache.read(application)),
    node: (nodeId) => {
      const entry = entries.get(nodeId);
      return entry === undefined ? undefined : stateOf(entry);
    },
    nodes: () => [...entries.values()].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1)).map(stateOf),
    markSuspect: (nodeId, instanceId) => mark(nodeId, instanceId, (instance) => (instance.suspectSinceMs = now())),
    markThrottled: (nodeId, instanceId) => mark(nodeId, instanceId, (instance) => (instance.throttled = true)),
    sweep() {
      for (const entry of entries.values()) {
        if (healthOf(entry, moment(), limits) !== entry.toldHealth) tell("health", entry);
      }
    },
    onChange: (listener) => listeners.push(listener),
  };
}

function observeAll(models: ModelSource, entry: NodeEntry, { capacity, instances }: TelemetrySnapshot__Output): void {
  const { nodeId, kind, neighbourCpuRatio } = entry;
  const node = { nodeId, kind, neighbourCpuRatio, networkBytesPerSecond: capacity?.networkBytesPerSecond ?? 0 };
  for (const telemetry of instances) models.observe(node, telemetry);
}

function claim(entry: NodeEntry, snapshot: TelemetrySnapshot__Output, { lostTicks }: HealthLimits): string | undefined {
  const { agentInstanceId, agentEpochMs, sequence } = snapshot;
  const tickMs = tickOf(snapshot);
  const agent = { agentInstanceId, epochMs: agentEpochMs };
  const claimed = entry.ownership.claim(agent, sequence, { tickMs, lostAfterMs: lostTicks * tickMs });
  return claimed === "accepted" ? undefined : `${claimed}: agent ${agentInstanceId}, epoch ${agentEpochMs}, sequence ${sequence}`;
}

/** A class, as an object literal with getters gets a hidden class of its own each time, which took longer than a decision. */
class CandidateSnapshot implements FleetSnapshot {
  readonly candidates: readonly Candidate[];

  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates;
  }

  get instances(): readonly InstanceView[] {
    return this.candidates.map(({ instance }) => instance);
  }

  get nodes(): ReadonlyMap<string, NodeView> {
    return new Map(this.candidates.map(({ node }) => [node.nodeId, node]));
  }
}

function candidateOf(instance: InstanceEntry, entry: NodeEntry, last: Candidate | undefined, parts: FleetParts): Candidate {
  const node = sharedNodeView(entry, parts.moment(), parts.limits);
  const view = viewOf(instance, node, parts);
  return last !== undefined && last.instance === view && last.node === node ? last : { instance: view, node };
}

function viewOf(instance: InstanceEntry, node: NodeView, parts: FleetParts): InstanceView {
  const facts = {
    ownInFlight: parts.own.count(instance.key),
    // A report of "no slot" is worth as much as the telemetry it corrects: it ends when that turns old.
    throttled: instance.throttled && node.health === "fresh",
    model: parts.models?.modelOf(instance.key),
  };
  return instanceView(instance, node, facts, parts.own);
}

function nodeState(entry: NodeEntry, now: Moment, limits: HealthLimits, own: OwnCounts): NodeState {
  const reserved = [...entry.instances.keys()].map((id) => [id, own.count(instanceKey(entry.nodeId, id))] as const);
  return {
    nodeId: entry.nodeId,
    kind: entry.kind,
    health: healthOf(entry, now, limits),
    ageMs: Math.round(now.nowMs - entry.heardMs),
    scheduling: entry.scheduling,
    telemetry: entry.telemetry,
    reservedSlots: Object.fromEntries(reserved.filter(([, count]) => count > 0)),
    conflict: entry.ownership.conflict(limits.lostTicks * entry.tickMs),
  };
}
