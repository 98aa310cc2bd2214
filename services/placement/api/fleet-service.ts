import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { FleetServiceHandlers } from "../../../proto/gen/straightline/v1/FleetService.js";
import type { FleetServiceWatchRequest__Output } from "../../../proto/gen/straightline/v1/FleetServiceWatchRequest.js";
import type { FleetServiceWatchResponse } from "../../../proto/gen/straightline/v1/FleetServiceWatchResponse.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { Node } from "../../../proto/gen/straightline/v1/Node.js";
import { kindToWire } from "../../common/bus/index.js";
import type { CallContext, Handlers, ServiceBinding } from "../../common/rpc/index.js";
import { straightlineServices } from "../../common/wire/index.js";
import { reservedByNode } from "../jobs/index.js";
import { NOTHING } from "../room.js";
import type { NodeScheduling } from "../scheduler/index.js";
import {
  type Fleet,
  type Mirror,
  type NodeRecords,
  type NodeState,
  schedulingToWire,
  unknownNode,
  type WatchHub,
} from "../state/index.js";
import { healthToWire } from "./wire-trace.js";

/** What FleetService is made of. */
export interface FleetServiceParts {
  readonly fleet: Fleet;
  readonly nodeRecords: NodeRecords;
  readonly assignments: Mirror<Assignment__Output>;
  readonly jobs: Mirror<Job__Output>;
  /** Ids of nodes that have changed. */
  readonly nodeChanges: WatchHub<string>;
  readonly handlers: Handlers;
}

/** straightline.v1.FleetService. */
export function fleetService(parts: FleetServiceParts): ServiceBinding {
  const { fleet, nodeRecords, handlers } = parts;
  const requireNode = (nodeId: string): Node => {
    const node = fleet.node(nodeId);
    if (node === undefined) throw unknownNode(nodeId);
    return nodeToWire(node, reservedOf(parts));
  };
  const setScheduling = async (nodeId: string, scheduling: NodeScheduling): Promise<{ node: Node }> => {
    await nodeRecords.setScheduling(nodeId, scheduling);
    return { node: requireNode(nodeId) };
  };
  const implementation: FleetServiceHandlers = {
    ListNodes: handlers.unary(() => {
      const reserved = reservedOf(parts);
      return { nodes: fleet.nodes().map((node) => nodeToWire(node, reserved)) };
    }),
    GetNode: handlers.unary(({ nodeId }) => ({ node: requireNode(nodeId) })),
    Cordon: handlers.unary(({ nodeId }) => setScheduling(nodeId, "cordoned")),
    Uncordon: handlers.unary(({ nodeId }) => setScheduling(nodeId, "open")),
    Drain: handlers.unary(({ nodeId }) => setScheduling(nodeId, "draining")),
    Watch: handlers.serverStream<FleetServiceWatchRequest__Output, FleetServiceWatchResponse>((_request, context, send) =>
      watch(parts, context, send),
    ),
  };
  return { definition: straightlineServices().FleetService.service, implementation };
}

/** Subscribed before the first node is sent, so that no change falls between. A slow watcher gets each node's newest state. */
async function watch(
  parts: FleetServiceParts,
  { signal }: CallContext,
  send: (message: FleetServiceWatchResponse) => Promise<void>,
): Promise<void> {
  const { fleet, nodeChanges } = parts;
  const changes = nodeChanges.subscribe(signal);
  try {
    for (const node of fleet.nodes()) await send({ node: nodeToWire(node, reservedOf(parts)) });
    for await (const nodeId of changes) {
      const node = fleet.node(nodeId);
      await send(node === undefined ? { removedNodeId: nodeId } : { node: nodeToWire(node, reservedOf(parts)) });
    }
  } finally {
    await changes.return?.();
  }
}

function reservedOf({ assignments, jobs }: FleetServiceParts): ReturnType<typeof reservedByNode> {
  const values = <T>({ entries }: Mirror<T>): T[] => [...entries.values()].map(({ value }) => value);
  return reservedByNode(values(assignments), values(jobs));
}

/** A node as the wire has it. Functions share their node. */
function nodeToWire(
  { nodeId, kind, health, ageMs, scheduling, telemetry, reservedSlots, conflict }: NodeState,
  reserved: ReturnType<typeof reservedByNode>,
): Node {
  return {
    nodeId,
    kind: kindToWire(kind),
    health: healthToWire(health),
    telemetryAgeMs: ageMs,
    scheduling: schedulingToWire(scheduling),
    telemetry: telemetry ?? null,
    reservedSlots,
    conflict,
    reserved: kind === "serverless" ? NOTHING : (reserved.get(nodeId) ?? NOTHING),
  };
}
