import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oneServer, run } from "../../test/support/simulator-builders.js";

/** Two VMs of one slot; requests come every 200 ms, so that one is enough. */
function twoServers(more: string, application = ""): string {
  return oneServer({ application, more })
    .replace("kind: vm,", "kind: vm, count: 2,")
    .replace("vm: { service", "vm: { instances: 2, service");
}

const EVERY_200_MS = Array.from({ length: 100 }, (_, at) => at * 200);

describe("faults", () => {
  it("a lost node: what ran there is sent elsewhere once its client notices", () => {
    const yaml = twoServers("faults: [{ type: node-loss, nodes: [vm-0], from: 50ms, notice: 300ms }]");
    const { failureRate, p99Ms, byKind } = run(yaml, "vm-only", { stampsMs: [0] });
    assert.deepEqual([failureRate, byKind.vm], [0, 1]);
    // Lost at 50, noticed at 350, then a whole attempt.
    assert.ok(Math.abs(p99Ms - 452) < 1e-6, `${p99Ms}`);
  });

  it("a lost node: a request that may have run is not repeated where that does harm", () => {
    const yaml = twoServers("faults: [{ type: node-loss, nodes: [vm-0], from: 50ms, notice: 300ms }]", ", idempotent: false");
    assert.deepEqual(run(yaml, "vm-only", { stampsMs: [0] }).failures, { refused: 0, timeout: 0, instance: 1 });
  });

  it("a lost node that comes back serves again", () => {
    const yaml = oneServer({ more: "faults: [{ type: node-loss, nodes: [vm], from: 1s, for: 1s, notice: 0 }]" });
    const { failureRate } = run(yaml.replace("timeout: 10s", "timeout: 500ms"), "vm-only", { stampsMs: [0, 1200, 8000] });
    assert.ok(Math.abs(failureRate - 1 / 3) < 1e-9, `${failureRate}`);
  });

  it("a lost agent: the node is no longer used once it counts as lost, though it would serve", () => {
    const yaml = twoServers(
      "faults: [{ type: agent-loss, nodes: [vm-0], from: 0 }, { type: slow-node, nodes: [vm-0], from: 15s, factor: 50 }]",
    );
    const { p99Ms, failureRate } = run(yaml, "vm-only", { stampsMs: EVERY_200_MS });
    assert.equal(failureRate, 0);
    assert.ok(p99Ms < 110, `${p99Ms}`);
  });

  it("a slow node serves slower, and a neighbour takes its share of the CPU", () => {
    const slow = oneServer({ more: "faults: [{ type: slow-node, nodes: [vm], from: 0, factor: 3 }]" });
    assert.ok(Math.abs(run(slow, "vm-only", { stampsMs: [10] }).meanMs - 302) < 1e-6);
    const crowded = oneServer({ node: ", cpu: 1", more: "interference: [{ nodes: [vm], cores: 1, from: 0, for: 150ms }]" });
    // Half speed until 150, from 11 on: 69.5 of 100 done by then.
    assert.ok(Math.abs(run(crowded, "vm-only", { stampsMs: [10] }).meanMs - (2 + 139 + 30.5)) < 1e-6);
  });

  it("without NATS placement goes on", () => {
    const yaml = twoServers("faults: [{ type: nats-outage, from: 1s, for: 18s }]");
    assert.equal(run(yaml, "vm-only", { stampsMs: EVERY_200_MS }).failureRate, 0);
  });

  it("a throttled function refuses, and the request goes to another kind", () => {
    const yaml = `
name: throttled
fleet: [{ name: vm, kind: vm, roundTrip: 2ms }, { name: cloud, kind: serverless, roundTrip: 20ms, concurrency: 5 }]
applications: [{ name: app, timeout: 5s, forms: { vm: { service: 100ms }, serverless: { service: 100ms } } }]
workloads: [{ application: app, arrivals: { type: trace, format: timestamps, file: none } }]
parameters: { F: 0, D: 1000 }
faults: [{ type: function-throttling, nodes: [cloud], workers: 0, from: 0, for: 1s }]
`;
    const throttled = run(yaml, "straightline", { stampsMs: [100] });
    assert.deepEqual([throttled.failureRate, throttled.byKind.vm], [0, 1]);
    // There and back in vain, then a whole attempt.
    assert.ok(Math.abs(throttled.meanMs - 122) < 1e-6, `${throttled.meanMs}`);
    assert.equal(run(yaml, "straightline", { stampsMs: [2000] }).byKind.serverless, 1);
  });

  it("lost and late telemetry loses no request", () => {
    const yaml = twoServers("telemetry: { delay: { type: uniform, low: 0, high: 3s }, loss: 0.5 }");
    assert.equal(run(yaml, "adaptive", { stampsMs: EVERY_200_MS }).failureRate, 0);
  });
});
