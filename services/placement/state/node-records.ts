import type { NodeRecord, NodeRecord__Output } from "../../../proto/gen/straightline/v1/NodeRecord.js";
import type { Scheduling } from "../../../proto/gen/straightline/v1/Scheduling.js";
import { type Bucket, kindFromWire, kindToWire } from "../../common/bus/index.js";
import { causeChain, StraightLineError } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import type { NodeKind, NodeScheduling } from "../scheduler/index.js";
import type { Fleet } from "./fleet.js";
import { createMirror } from "./mirror.js";

/** What is kept of nodes beyond a run of placement: that they exist, and what an operator asked of them. */
export interface NodeRecords {
  /** Keeps an operator's wish, then has the fleet follow it. Rejects with UNKNOWN_NODE, CONFLICT or BUS_UNAVAILABLE. */
  setScheduling(nodeId: string, scheduling: NodeScheduling): Promise<void>;
  /** Writes a record for each node that has none yet. */
  recordNewNodes(): Promise<void>;
  /** Resolves when the records of earlier runs have been read. */
  readonly ready: Promise<void>;
  close(): void;
}

const WIRE: Readonly<Record<NodeScheduling, Scheduling>> = {
  open: "SCHEDULING_OPEN",
  cordoned: "SCHEDULING_CORDONED",
  draining: "SCHEDULING_DRAINING",
};

/** The wire's value. */
export function schedulingToWire(scheduling: NodeScheduling): Scheduling {
  return WIRE[scheduling];
}

/** A conflict means that another writer was faster; a few tries are enough for any real number of them. */
const MAX_TRIES = 5;

/** Keeps the bucket `nodes` and the fleet in step. */
export function createNodeRecords(bucket: Bucket<NodeRecord, NodeRecord__Output>, fleet: Fleet, log: Logger): NodeRecords {
  const mirror = createMirror(bucket, (key) => {
    const changed = key === undefined ? [...mirror.entries.values()] : [mirror.entries.get(key)];
    for (const entry of changed) if (entry !== undefined) remember(fleet, entry.value);
    // Only a removal takes a record away; a bucket that is empty because the server lost its disk says nothing of nodes.
    if (key !== undefined && !mirror.entries.has(key)) fleet.forget(key);
  });
  const write = async (nodeId: string, kind: NodeKind, scheduling: NodeScheduling): Promise<void> => {
    const value = { nodeId, kind: kindToWire(kind), scheduling: WIRE[scheduling] } as NodeRecord__Output;
    const known = await bucket.get(nodeId);
    const revision =
      known === undefined ? await bucket.create(nodeId, value) : await bucket.update(nodeId, value, known.revision);
    mirror.note({ key: nodeId, value, revision });
  };
  return {
    async setScheduling(nodeId, scheduling) {
      const node = fleet.node(nodeId);
      if (node === undefined) throw unknownNode(nodeId);
      await retryConflicts(() => write(nodeId, node.kind, scheduling));
      fleet.remember(nodeId, node.kind, scheduling);
    },
    async recordNewNodes() {
      if (!mirror.isCurrent()) return;
      for (const { nodeId, kind, scheduling } of fleet.nodes()) {
        if (mirror.entries.get(nodeId)?.value.kind === kindToWire(kind)) continue;
        try {
          await write(nodeId, kind, scheduling);
        } catch (error) {
          // The next sweep tries again.
          log.debug({ node: nodeId, chain: causeChain(error) }, "node record not written");
          return;
        }
      }
    },
    ready: mirror.ready,
    close: mirror.close,
  };
}

/** UNKNOWN_NODE with the id. */
export function unknownNode(nodeId: string): StraightLineError {
  return new StraightLineError("UNKNOWN_NODE", `no agent has ever spoken for node ${JSON.stringify(nodeId)}`);
}

function remember(fleet: Fleet, record: NodeRecord__Output): void {
  const kind = kindFromWire(record.kind);
  const scheduling = (Object.keys(WIRE) as NodeScheduling[]).find((key) => WIRE[key] === record.scheduling);
  if (kind !== undefined && scheduling !== undefined) fleet.remember(record.nodeId, kind, scheduling);
}

/** Repeats a compare-and-set while others win it, at most five times. */
export async function retryConflicts<T>(call: () => Promise<T>): Promise<T> {
  for (let left = MAX_TRIES; ; left--) {
    try {
      return await call();
    } catch (error) {
      if (left <= 1 || !(error instanceof StraightLineError) || error.code !== "CONFLICT") throw error;
    }
  }
}
