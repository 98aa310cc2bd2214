import type { FleetSnapshot, NodeView, PlacementInput, PlacementPolicy } from "../../services/placement/scheduler/index.js";
import { input, instance, node, pick, snapshot } from "./scheduler-builders.js";

const KINDS = ["vm", "container", "serverless"] as const;
const MOST_NODES = 8;
const MOST_INSTANCES = 16;

/** A fleet and a request. */
export interface Situation {
  readonly fleet: FleetSnapshot;
  readonly request: PlacementInput;
}

/**
 * A fleet of up to 8 nodes and 16 instances in all conditions, and a request on or near the thresholds F = 10 and D = 128 KiB. Good conditions
 * are likelier than bad ones, so that most requests can choose among several instances.
 */
export function randomSituation(random: () => number): Situation {
  // A bus that has been away leaves most of a fleet in doubt: a case of its own.
  const suspectShare = pick(random, [0.1, 0.1, 0.7]);
  const nodes = Array.from({ length: 1 + Math.floor(random() * MOST_NODES) }, (_, at) =>
    randomNode(random, `n-${at}`, suspectShare),
  );
  const instances = Array.from({ length: Math.floor(random() * MOST_INSTANCES) }, (_, at) =>
    instance(pick(random, nodes), `i-${at}`, {
      state: mostly(random, "ready", ["starting", "unhealthy", "stopping", "failed"]),
      concurrency: Math.floor(random() * 6),
      inFlight: Math.floor(random() * 4),
      queued: Math.floor(random() * 3),
      payloadLimitBytes: mostly(random, 0, [1000, 200_000]),
      suspect: random() < suspectShare,
      throttled: random() < 0.1,
    }),
  );
  return { fleet: snapshot(nodes, instances), request: randomRequest(random) };
}

/** The first value three times out of four. */
function mostly<T>(random: () => number, usual: T, others: readonly T[]): T {
  return random() < 0.75 ? usual : pick(random, others);
}

function randomNode(random: () => number, nodeId: string, suspectShare: number): NodeView {
  return node(nodeId, pick(random, KINDS), {
    health: random() < suspectShare ? "suspect" : random() < 0.1 ? "lost" : "fresh",
    ageMs: Math.floor(random() * 10) * 1000,
    scheduling: random() < 0.1 ? pick(random, ["cordoned", "draining"]) : "open",
    zone: pick(random, ["", "a", "b"]),
    labels: pick(random, [{}, { gpu: "yes" }]),
  });
}

function randomRequest(random: () => number): PlacementInput {
  return input({
    sizeBytes: pick(random, [0, 999, 1000, 1001, 131_071, 131_072, 131_073, 300_000]),
    frequency: pick(random, [0, 5, 9.99, 10, 10.01, 20]),
    constraints: {
      kinds: mostly(random, [], [["vm"], ["container", "serverless"]]),
      zones: mostly(random, [], [["a"], ["a", "b"]]),
      nodeLabels: mostly<Record<string, string>>(random, {}, [{ gpu: "yes" }]),
      excludedInstanceIds: mostly<string[]>(random, [], [["i-0", "i-1"]]),
    },
  });
}

/** One of a situation's instances with its node. */
export interface Placeable {
  readonly instance: FleetSnapshot["instances"][number];
  readonly node: NodeView;
}

/** A situation's instances with their nodes. */
export function placeablesOf({ fleet }: Situation): Placeable[] {
  return fleet.instances.flatMap((each) => {
    const on = fleet.nodes.get(each.nodeId);
    return on === undefined ? [] : [{ instance: each, node: on }];
  });
}

/** True when waiting cannot make an instance take the request, told apart from the scheduler's own code. */
export function isUnfit({ instance: on, node: { labels, zone } }: Placeable, { request }: PlacementInput): boolean {
  const { kinds, zones, nodeLabels, excludedInstanceIds } = request.constraints;
  return (
    (kinds.length > 0 && !kinds.includes(on.kind)) ||
    (zones.length > 0 && !zones.includes(zone)) ||
    Object.entries(nodeLabels).some(([name, value]) => labels[name] !== value) ||
    excludedInstanceIds.includes(on.instanceId) ||
    (on.payloadLimitBytes > 0 && request.sizeBytes > on.payloadLimitBytes)
  );
}

/** True when an instance may take the request now, told apart from the scheduler's own code. */
export function mayTake(placeable: Placeable, request: PlacementInput, { kinds, queueDepth = 0 }: PlacementPolicy): boolean {
  const { instance: on, node: where } = placeable;
  const mayQueue = on.kind !== "serverless" && on.concurrency > 0;
  const places = on.concurrency + (mayQueue ? Math.max(0, queueDepth - on.queued) : 0);
  const isOpen = where.health !== "lost" && where.scheduling === "open";
  const isUsed = kinds === undefined || kinds.includes(on.kind);
  return isOpen && isUsed && on.state === "ready" && !on.throttled && on.inFlight < places && !isUnfit(placeable, request);
}

/** True for old telemetry, and after a failure. */
export function isDoubtful({ instance: on, node: { health } }: Placeable): boolean {
  return health === "suspect" || on.suspect;
}
