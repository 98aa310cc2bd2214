import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import {
  assignmentFilter,
  assignmentKey,
  BUCKET,
  type BucketEvent,
  type BusConnection,
  type Entry,
  type KindToken,
  openBucket,
  type Subscription,
} from "../../services/common/bus/index.js";
import { causeChain, invalidField, StraightLineError } from "../../services/common/errors/index.js";
import type { Logger } from "../../services/common/observe/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { type Workload, workloadFrom } from "./workload.js";

/** What watching assignments needs. */
export interface AssignmentWatchOptions {
  readonly bus: BusConnection;
  readonly nodeId: string;
  readonly kind: KindToken;
  readonly log: Logger;
  /** The whole desired state whenever it changes, and why some assignments make no sense. */
  readonly onDesired: (desired: ReadonlyMap<string, Workload>, refused: ReadonlyMap<string, string>) => void;
}

/** Desired state while it is being read. */
interface Desired {
  readonly workloads: Map<string, Workload>;
  readonly refused: Map<string, string>;
}

/**
 * Watches what this node is to run. An entry that cannot be read changes nothing: what ran under it goes on. Rejects with
 * BUS_UNAVAILABLE when the watch cannot begin.
 */
export async function watchAssignments({ bus, nodeId, kind, log, onDesired }: AssignmentWatchOptions): Promise<Subscription> {
  let current: Desired = { workloads: new Map(), refused: new Map() };
  // While the state is read anew (at the start, after a reconnect), the last whole one stands.
  let reading: Desired | undefined;
  const target = (): Desired => reading ?? current;
  const settle = (): void => {
    if (reading === undefined) onDesired(new Map(current.workloads), new Map(current.refused));
  };
  const refuse = (assignment: string, error: unknown): void => {
    log.error({ assignment, chain: causeChain(error) }, "assignment cannot be read; what runs under it goes on");
    target().refused.set(assignment, StraightLineError.from(error).message);
    const before = current.workloads.get(assignment);
    if (before !== undefined) target().workloads.set(assignment, before);
  };
  const put = (entry: Entry<Assignment__Output>): void => {
    const assignment = assignmentOf(entry.key);
    try {
      const workload = readEntry(entry, nodeId, kind);
      target().workloads.set(assignment, workload);
      target().refused.delete(assignment);
    } catch (error) {
      refuse(assignment, error);
    }
    settle();
  };
  const onEvent = (event: BucketEvent<Assignment__Output>): void => {
    switch (event.type) {
      case "snapshot-begins":
        reading = { workloads: new Map(), refused: new Map() };
        break;
      case "current":
        current = target();
        reading = undefined;
        settle();
        break;
      case "put":
        put(event.entry);
        break;
      case "deleted":
        target().workloads.delete(assignmentOf(event.key));
        target().refused.delete(assignmentOf(event.key));
        settle();
        break;
    }
  };
  const codec = messageCodec<Assignment, Assignment__Output>("Assignment");
  const malformed = (key: string, cause: unknown): void => {
    refuse(assignmentOf(key), new StraightLineError("INVALID_REQUEST", "it is no straightline.v1.Assignment", { cause }));
    settle();
  };
  const bucket = await openBucket(bus, BUCKET.assignments, codec, malformed);
  return bucket.watch(assignmentFilter(nodeId), onEvent);
}

/** <application>.<replica> of <node_id>.<application>.<replica>. */
function assignmentOf(key: string): string {
  return key.slice(key.indexOf(".") + 1);
}

function readEntry({ key, value }: Entry<Assignment__Output>, nodeId: string, kind: KindToken): Workload {
  if (assignmentKey(nodeId, value.application, value.replica) !== key || value.nodeId !== nodeId) {
    throw invalidField("key", `must be <node_id>.<application>.<replica> of its value; got ${JSON.stringify(key)}`);
  }
  return workloadFrom(value, kind);
}
