import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oneServer, run } from "../../test/support/simulator-builders.js";
import { POLICY_NAMES } from "./simulate.js";

/** Sums of virtual times are rounded in their last digits. */
function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
}

const MIXED = `
name: mixed
requests: 3000
fleet:
  - { name: vm, kind: vm, count: 2, concurrency: 2 }
  - { name: box, kind: container, count: 2, concurrency: 2, roundTrip: 2ms }
  - { name: cloud, kind: serverless, concurrency: 20, roundTrip: 20ms, price: { perRequest: 0.001 } }
applications:
  - name: app
    timeout: 3s
    forms:
      vm: { instances: 2, service: { type: lognormal, median: 40ms, sigma: 0.5 }, perMiB: 100ms }
      container: { instances: 2, service: { type: lognormal, median: 50ms, sigma: 0.5 }, perMiB: 50ms }
      serverless: { service: { type: lognormal, median: 60ms, sigma: 0.5 }, perMiB: 100ms }
workloads:
  - { application: app, arrivals: { type: bursty, quietRate: 50, burstRate: 300, quiet: 2s, burst: 1s }, sizes: { type: lognormal, median: 50KiB, sigma: 1 } }
`;

describe("one server with a constant service time", () => {
  it("answers a lone request after the round trip and the service", () => {
    const { meanMs, requests, failureRate, sloAttainment } = run(oneServer(), "vm-only", { stampsMs: [0] });
    near(meanMs, 102);
    assert.deepEqual([requests, failureRate, sloAttainment], [1, 0, 1]);
  });

  it("lets requests wait at placement until the answer before has come back", () => {
    // 102; 102 + 102 - 10; 204 + 102 - 20.
    const { meanMs, p50Ms, p99Ms, sloAttainment } = run(oneServer(), "vm-only", { stampsMs: [0, 10, 20] });
    near(meanMs, (102 + 194 + 286) / 3);
    near(p50Ms, 194);
    near(p99Ms, 286);
    near(sloAttainment, 1 / 3);
  });

  it("shares one core between two slots, and runs both at full speed on two", () => {
    near(run(oneServer({ node: ", cpu: 1, concurrency: 2" }), "vm-only", { stampsMs: [0, 0] }).meanMs, 202);
    near(run(oneServer({ node: ", cpu: 2, concurrency: 2" }), "vm-only", { stampsMs: [0, 0] }).meanMs, 102);
  });

  it("serves twice as fast on a node of twice the speed", () => {
    near(run(oneServer({ node: ", speed: 2" }), "vm-only", { stampsMs: [0] }).meanMs, 52);
  });

  it("adds what the bytes take: the way there and their part of the service", () => {
    const yaml = oneServer({ node: ", bandwidth: 1MiB", form: ", perMiB: 40ms" }).replace(
      "file: none }",
      "file: none }, sizes: 512KiB",
    );
    const scenario = yaml.replace("type: trace, format: timestamps, file: none", "type: poisson, rate: 0.01");
    const result = run(`${scenario}requests: 1`, "vm-only");
    near(result.meanMs, 2 + 500 + 100 + 20);
    near(result.uncontendedMeanMs, 622);
  });

  it("fails what is not answered in time, and counts it as the timeout", () => {
    const { failureRate, failures, meanMs } = run(oneServer().replace("timeout: 10s", "timeout: 150ms"), "vm-only", {
      stampsMs: [0, 10],
    });
    assert.equal(failureRate, 0.5);
    assert.deepEqual(failures, { refused: 0, timeout: 1, instance: 0 });
    near(meanMs, (102 + 150) / 2);
  });

  it("refuses at once what no form could ever take", () => {
    const { failures, byKind, meanMs } = run(oneServer(), "serverless-only", { stampsMs: [0] });
    assert.deepEqual(failures, { refused: 1, timeout: 0, instance: 0 });
    assert.deepEqual(byKind, { vm: 0, container: 0, serverless: 0 });
    near(meanMs, 10_000);
  });
});

describe("theory", () => {
  it("M/M/1: the mean response is 1 / (mu - lambda)", () => {
    const yaml = `
name: mm1
requests: 40000
fleet: [{ name: vm, kind: vm, roundTrip: 0 }]
applications: [{ name: app, timeout: 60s, forms: { vm: { service: { type: exponential, mean: 10ms } } } }]
workloads: [{ application: app, arrivals: { type: poisson, rate: 50 }, sizes: 0 }]
`;
    const { meanMs, p50Ms } = run(yaml, "vm-only");
    assert.ok(Math.abs(meanMs / 20 - 1) < 0.06, `${meanMs}`);
    // Its distribution is exponential too.
    assert.ok(Math.abs(p50Ms / (20 * Math.LN2) - 1) < 0.06, `${p50Ms}`);
  });
});

describe("a function", () => {
  const yaml = (limits: string) => `
name: cold
fleet: [{ name: cloud, kind: serverless, roundTrip: 20ms, coldStart: 500ms, keepAlive: 10s, price: { perRequest: 0.5, perGbSecond: 10 } }]
applications: [{ name: app, timeout: 5s, forms: { serverless: { service: 100ms, memory: 1000000000B${limits} } } }]
workloads: [{ application: app, arrivals: { type: trace, format: timestamps, file: none } }]
`;

  it("starts a worker for the first request, keeps it, and ends it when it has been idle", () => {
    const { meanMs, coldStarts, cost } = run(yaml(""), "serverless-only", { stampsMs: [0, 1000, 20_000] });
    near(meanMs, (620 + 120 + 620) / 3);
    assert.equal(coldStarts, 2);
    near(cost, 3 * (0.5 + 10 * 0.1));
  });

  it("starts a worker for each request that finds none, as far as its limit goes", () => {
    const { coldStarts, meanMs } = run(yaml(", concurrency: 2"), "serverless-only", { stampsMs: [0, 0, 0] });
    assert.equal(coldStarts, 2);
    // The third waits at placement for the first answer, and finds that worker warm.
    near(meanMs, (620 + 620 + 740) / 3);
  });

  it("counts what costs more than the cap", () => {
    const { overPriceCap } = run(`${yaml("")}priceCap: 1\n`, "serverless-only", { stampsMs: [0, 1000] });
    assert.equal(overPriceCap, 2);
  });
});

describe("every policy", () => {
  const results = POLICY_NAMES.map((policy) => run(MIXED, policy));

  it("meets the same requests", () => {
    for (const { requests, uncontendedMeanMs } of results) {
      assert.equal(requests, 3000);
      assert.equal(uncontendedMeanMs, results[0]?.uncontendedMeanMs);
    }
  });

  it("is never better than every request alone on its best instance", () => {
    for (const { policy, meanMs, uncontendedMeanMs } of results) assert.ok(meanMs > uncontendedMeanMs, policy);
  });

  it("gives the same result for the same seed, and another for another", () => {
    for (const before of results) {
      assert.deepEqual(run(MIXED, before.policy), before);
    }
    assert.notEqual(run(MIXED, "random", { seed: 2 }).meanMs, run(MIXED, "random").meanMs);
  });

  it("uses only the kinds it is for", () => {
    const byKind = Object.fromEntries(results.map((result) => [result.policy, result.byKind]));
    assert.equal(byKind["vm-only"]?.container, 0);
    assert.equal(byKind["container-only"]?.serverless, 0);
    assert.equal(byKind["serverless-only"]?.vm, 0);
  });
});

describe("locality", () => {
  it("spares the way to the node that holds the data", () => {
    const yaml = oneServer({ node: ", bandwidth: 1MiB" })
      .replace("type: trace, format: timestamps, file: none", "type: poisson, rate: 0.01")
      .replace("}]\n", "}]\nrequests: 1\n")
      .replace("rate: 0.01 }", "rate: 0.01 }, sizes: 1MiB, locality: { share: 0.75, over: node }");
    near(run(`${yaml}\nduration: 1h\n`, "vm-only").meanMs, 2 + 250 + 100);
  });
});
