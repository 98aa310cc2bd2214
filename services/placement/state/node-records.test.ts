import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NodeRecord, NodeRecord__Output } from "../../../proto/gen/straightline/v1/NodeRecord.js";
import { telemetry } from "../../../test/support/telemetry-builders.js";
import { type Bucket, type BucketEvent, type Entry, telemetrySubject } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import { createLogger } from "../../common/observe/index.js";
import { createFleet } from "./fleet.js";
import { createNodeRecords, retryConflicts } from "./node-records.js";
import { createReservations } from "./reservations.js";

const conflict = () => new StraightLineError("CONFLICT", "the entry changed meanwhile");

/** Records over a bucket in memory, with a node n1 that has spoken. */
async function setUp(kept: readonly NodeRecord__Output[] = []) {
  const stored = new Map<string, Entry<NodeRecord__Output>>();
  const faults: StraightLineError[] = [];
  let revision = 0;
  let tell: (event: BucketEvent<NodeRecord__Output>) => void = () => undefined;
  const store = async (key: string, value: NodeRecord): Promise<number> => {
    const fault = faults.shift();
    if (fault !== undefined) throw fault;
    revision += 1;
    stored.set(key, { key, value: value as NodeRecord__Output, revision });
    return revision;
  };
  for (const record of kept) void store(record.nodeId, record);
  const bucket: Pick<Bucket<NodeRecord, NodeRecord__Output>, "get" | "create" | "update" | "watch"> = {
    get: async (key) => stored.get(key),
    create: store,
    update: store,
    watch(_filter, onEvent: (event: BucketEvent<NodeRecord__Output>) => void) {
      tell = onEvent;
      setImmediate(() => {
        onEvent({ type: "snapshot-begins" });
        for (const entry of stored.values()) onEvent({ type: "put", entry });
        onEvent({ type: "current" });
      });
      return { close: () => undefined };
    },
  };
  const now = (): number => 0;
  const fleet = createFleet(
    now,
    { suspectTicks: 3, lostTicks: 10 },
    createReservations(now, () => undefined),
  );
  fleet.accept(telemetrySubject("vm", "n1"), telemetry("n1", "vm"));
  const log = createLogger("test", "silent");
  const records = createNodeRecords(bucket as Bucket<NodeRecord, NodeRecord__Output>, fleet, log);
  await records.ready;
  return { stored, faults, fleet, records, tell: (event: BucketEvent<NodeRecord__Output>) => tell(event) };
}

function record(nodeId: string, scheduling: NodeRecord__Output["scheduling"]): NodeRecord__Output {
  return { nodeId, kind: "NODE_KIND_VM", scheduling };
}

describe("node records", () => {
  it("bring back nodes and cordons of earlier runs", async () => {
    const { fleet } = await setUp([record("n1", "SCHEDULING_CORDONED"), record("n0", "SCHEDULING_DRAINING")]);
    assert.deepEqual(
      fleet.nodes().map(({ nodeId, scheduling }) => [nodeId, scheduling]),
      [
        ["n0", "draining"],
        ["n1", "cordoned"],
      ],
    );
  });

  it("take a node whose record is removed off the fleet, and keep one that a server has lost", async () => {
    const { stored, fleet, records, tell } = await setUp([record("n1", "SCHEDULING_OPEN"), record("n2", "SCHEDULING_CORDONED")]);
    tell({ type: "deleted", key: "n1" });
    assert.deepEqual(
      fleet.nodes().map(({ nodeId }) => nodeId),
      ["n2"],
    );
    stored.clear();
    for (const type of ["snapshot-begins", "current"] as const) tell({ type });
    await records.recordNewNodes();
    assert.deepEqual(stored.get("n2")?.value, record("n2", "SCHEDULING_CORDONED"));
  });

  it("pass by what a newer version has written and this one cannot read", async () => {
    const { fleet } = await setUp([record("n1", 9 as unknown as "SCHEDULING_OPEN")]);
    assert.equal(fleet.node("n1")?.scheduling, "open");
  });

  it("keep an operator's wish before the fleet follows it", async () => {
    const { stored, faults, fleet, records } = await setUp();
    faults.push(new StraightLineError("BUS_UNAVAILABLE", "away"));
    await assert.rejects(records.setScheduling("n1", "cordoned"), { code: "BUS_UNAVAILABLE" });
    assert.equal(fleet.node("n1")?.scheduling, "open", "what is not kept does not count");
    await records.setScheduling("n1", "cordoned");
    assert.deepEqual([stored.get("n1")?.value.scheduling, fleet.node("n1")?.scheduling], ["SCHEDULING_CORDONED", "cordoned"]);
  });

  it("refuse a wish for a node that has never spoken", async () => {
    const { records } = await setUp();
    await assert.rejects(records.setScheduling("n9", "draining"), {
      code: "UNKNOWN_NODE",
      message: 'no agent has ever spoken for node "n9"',
    });
  });

  it("are written once for a new node, again when it has changed its kind, and after a fault by the next sweep", async () => {
    const { stored, faults, fleet, records } = await setUp();
    faults.push(new StraightLineError("BUS_UNAVAILABLE", "away"));
    await records.recordNewNodes();
    assert.equal(stored.size, 0);
    await records.recordNewNodes();
    await records.recordNewNodes();
    assert.equal(stored.get("n1")?.revision, 1);
    fleet.accept(telemetrySubject("container", "n1"), telemetry("n1", "container", { sequence: 2 }));
    await records.recordNewNodes();
    assert.deepEqual([stored.get("n1")?.revision, stored.get("n1")?.value.kind], [2, "NODE_KIND_CONTAINER"]);
  });
});

describe("retryConflicts", () => {
  it("gives up with CONFLICT after five tries", async () => {
    let tries = 0;
    const call = () => {
      tries += 1;
      return Promise.reject(conflict());
    };
    await assert.rejects(retryConflicts(call), { code: "CONFLICT" });
    assert.equal(tries, 5);
  });
  it("gives the first result, and passes other faults on at once", async () => {
    const outcomes = [conflict(), conflict()];
    assert.equal(
      await retryConflicts(async () => {
        const fault = outcomes.shift();
        if (fault !== undefined) throw fault;
        return "done";
      }),
      "done",
    );
    let tries = 0;
    const away = async () => {
      tries += 1;
      throw new StraightLineError("BUS_UNAVAILABLE", "away");
    };
    await assert.rejects(retryConflicts(away), { code: "BUS_UNAVAILABLE" });
    assert.equal(tries, 1);
  });
});
