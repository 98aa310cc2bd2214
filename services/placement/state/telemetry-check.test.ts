import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TelemetrySnapshot } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { telemetry, telemetryInstance } from "../../../test/support/telemetry-builders.js";
import { checkTelemetry } from "./telemetry-check.js";

const SUBJECT = "straightline.v1.telemetry.vm.node-1";

describe("checkTelemetry", () => {
  it("takes an honest snapshot", () => {
    const snapshot = telemetry("node-1", "vm", { instances: [telemetryInstance("a")] });
    assert.deepEqual(checkTelemetry(SUBJECT, snapshot), { ok: true, kind: "vm", nodeId: "node-1" });
  });
  it("takes buckets with negative indices in a sketch", () => {
    const serviceTime = { count: 1, sumMs: 0.5, buckets: { [-7]: 1 } };
    const snapshot = telemetry("node-1", "vm", { instances: [telemetryInstance("a", { serviceTime })] });
    assert.equal(checkTelemetry(SUBJECT, snapshot).ok, true);
  });

  const faults: [string, TelemetrySnapshot, RegExp][] = [
    ["another node's id", { nodeId: "node-2" }, /node_id "node-2" does not match the subject/],
    ["another kind", { kind: "NODE_KIND_CONTAINER" }, /kind container does not match/],
    ["no agent id", { agentInstanceId: "" }, /agent_instance_id is empty/],
    ["a negative number", { usage: { cpuMillicores: -1 } }, /usage.cpuMillicores is -1/],
    ["NaN", { price: { perRequest: Number.NaN } }, /price.perRequest is NaN/],
    ["infinity", { price: { perRequest: Number.POSITIVE_INFINITY } }, /is Infinity/],
    ["an absurd number", { capacity: { memoryBytes: 2e15 } }, /capacity.memoryBytes is 2000000000000000/],
    ["a negative count of an instance", { instances: [telemetryInstance("a", { inFlight: -1 })] }, /instances.0.inFlight is -1/],
    ["an instance without id", { instances: [telemetryInstance("")] }, /no instance_id/],
    ["an instance twice", { instances: [telemetryInstance("a"), telemetryInstance("a")] }, /stands twice/],
    [
      "more than 10,000 instances",
      { instances: Array.from({ length: 10_001 }, (_, at) => telemetryInstance(`i-${at}`)) },
      /10001 instances/,
    ],
  ];
  for (const [what, changes, fault] of faults) {
    it(`drops a snapshot with ${what}`, () => {
      const checked = checkTelemetry(SUBJECT, telemetry("node-1", "vm", changes));
      assert.equal(checked.ok, false);
      assert.match(checked.ok ? "" : checked.fault, fault);
    });
  }

  it("drops what comes on a subject that cannot be a node's", () => {
    for (const subject of ["straightline.v1.telemetry.vm", "straightline.v1.telemetry.mainframe.node-1"]) {
      assert.equal(checkTelemetry(subject, telemetry("node-1", "vm")).ok, false, subject);
    }
  });
});
