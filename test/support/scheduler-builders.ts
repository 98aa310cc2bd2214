import type {
  Constraints,
  FleetSnapshot,
  InstanceView,
  NodeKind,
  NodeView,
  PlacementInput,
} from "../../services/placement/scheduler/index.js";

/** Application of all builders. */
export const APPLICATION = "app";

const KIB = 1024;
const NOW_MS = 1_000_000;

/** What is not as usual about a node; `ageMs`: of its telemetry. */
export type NodeChanges = Partial<NodeView> & { readonly ageMs?: number };

/** A node that is fresh, open and a tick old at most. */
export function node(nodeId: string, kind: NodeKind, { ageMs = 100, ...changes }: NodeChanges = {}): NodeView {
  return {
    nodeId,
    kind,
    health: "fresh",
    heardAtMs: NOW_MS - ageMs,
    scheduling: "open",
    labels: {},
    zone: "",
    networkBytesPerSecond: 0,
    ...changes,
  };
}

/** An idle instance, ready, with one slot, on a node. */
export function instance(on: NodeView, instanceId: string, changes: Partial<InstanceView> = {}): InstanceView {
  return {
    instanceId,
    nodeId: on.nodeId,
    kind: on.kind,
    application: APPLICATION,
    state: "ready",
    httpEndpoint: `http://${on.nodeId}/${instanceId}`,
    grpcEndpoint: "",
    concurrency: 1,
    inFlight: 0,
    queued: 0,
    payloadLimitBytes: 0,
    suspect: false,
    throttled: false,
    serviceTime: { count: 0, sumMs: 0 },
    coldStart: { count: 0, sumMs: 0 },
    idleWorkers: undefined,
    ...changes,
  };
}

/** A fleet of these. */
export function snapshot(nodes: readonly NodeView[], instances: readonly InstanceView[]): FleetSnapshot {
  return { nodes: new Map(nodes.map((view) => [view.nodeId, view])), instances };
}

/** What a test says of a request; the rest is common. */
export interface InputChanges {
  readonly sizeBytes?: number;
  readonly constraints?: Partial<Constraints>;
  readonly frequency?: number;
  readonly peakPerSecond?: number;
  readonly implementations?: PlacementInput["implementations"];
  readonly parameters?: Readonly<Record<string, number>>;
}

/** A request of 1 KiB at 1/s for an application in all three forms; F is 10/s, D is 128 KiB. */
export function input(changes: InputChanges = {}): PlacementInput {
  return {
    nowMs: NOW_MS,
    seed: 0,
    request: {
      application: APPLICATION,
      sizeBytes: changes.sizeBytes ?? KIB,
      constraints: { kinds: [], nodeLabels: {}, zones: [], excludedInstanceIds: [], ...changes.constraints },
    },
    implementations: changes.implementations ?? [
      { kind: "vm", payloadLimitBytes: 0 },
      { kind: "container", payloadLimitBytes: 0 },
      { kind: "serverless", payloadLimitBytes: 6_291_456 },
    ],
    frequency: {
      perSecond: changes.frequency ?? 1,
      isHint: false,
      ...(changes.peakPerSecond === undefined ? {} : { peakPerSecond: changes.peakPerSecond }),
    },
    parameters: changes.parameters ?? { F: 10, D: 128 * KIB },
  };
}

/** Numbers in 0..1 that a seed fixes (mulberry32), so that a failing property names the seed that shows it. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the values. */
export function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** The values in an order that the numbers fix. */
export function shuffled<T>(random: () => number, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
