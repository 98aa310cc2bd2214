import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "../../../test/support/scheduler-builders.js";
import { telemetry, telemetryInstance } from "../../../test/support/telemetry-builders.js";
import type { InstanceModel } from "../scheduler/index.js";
import { type Answer, createLearner } from "./index.js";

const KIB_64 = 65_536;

function setUp() {
  const clock = { ms: 1_000_000 };
  const learner = createLearner(() => clock.ms);
  const random = seededRandom(7);
  const answer = (changes: Partial<Answer> = {}, stepMs = 100): void => {
    clock.ms += stepMs;
    const serviceMs = changes.serviceMs ?? 50;
    learner.report({
      application: "app",
      kind: "vm",
      nodeId: "n",
      instanceId: "a",
      outcome: "ok",
      sizeBytes: KIB_64,
      responseMs: serviceMs + (changes.coldStartMs ?? 0) + 2,
      serviceMs,
      coldStartMs: 0,
      expectedWaitMs: 0,
      ...changes,
    });
  };
  /** Answers whose service is a line in bytes, times `factor`, with 30% of noise. */
  const serve = (count: number, changes: Partial<Answer> = {}, factor = 1): void => {
    for (let at = 0; at < count; at++) {
      const sizeBytes = Math.round(random() * 10 * KIB_64);
      const serviceMs = factor * (20 + (5 * sizeBytes) / KIB_64) * (0.7 + 0.6 * random());
      answer({ sizeBytes, serviceMs, ...changes });
    }
  };
  const model = (key = "n/a"): InstanceModel => {
    const known = learner.modelOf(key);
    assert.ok(known !== undefined);
    return known;
  };
  const serviceAt = (bytes: number, key = "n/a"): number => {
    const { serviceBaseMs, servicePerByteMs } = model(key);
    return serviceBaseMs + servicePerByteMs * bytes;
  };
  return { clock, learner, answer, serve, model, serviceAt };
}

function assertNear(value: number, truth: number, ratio: number): void {
  assert.ok(Math.abs(value - truth) <= ratio * truth, `${value} is not within ${ratio * 100}% of ${truth}`);
}

describe("what is learned of service time", () => {
  it("comes near to a line in bytes", () => {
    const { serve, serviceAt, model } = setUp();
    serve(300);
    assertNear(serviceAt(KIB_64), 25, 0.15);
    assertNear(serviceAt(10 * KIB_64), 70, 0.1);
    assert.ok(model().serviceErrorRatio < 0.1, `error ${model().serviceErrorRatio}`);
  });
  it("follows an instance that becomes three times slower within twenty answers", () => {
    const { serve, serviceAt } = setUp();
    serve(200);
    serve(200, { instanceId: "b" });
    serve(20, {}, 3);
    assertNear(serviceAt(5 * KIB_64), 135, 0.3);
    assertNear(serviceAt(5 * KIB_64, "n/b"), 45, 0.3);
  });
  it("is hardly moved by one answer that took a hundred times as long", () => {
    const { serve, serviceAt, answer } = setUp();
    serve(200);
    const before = serviceAt(5 * KIB_64);
    answer({ sizeBytes: 5 * KIB_64, serviceMs: 4500 });
    assertNear(serviceAt(5 * KIB_64), before, 0.1);
  });
  it("is lent to an instance of the kind that has answered nothing yet", () => {
    const { serve, serviceAt, learner } = setUp();
    serve(200);
    learner.observe({ nodeId: "m", kind: "vm", networkBytesPerSecond: 0, neighbourCpuRatio: 0 }, told("b"));
    assertNear(serviceAt(5 * KIB_64, "m/b"), 45, 0.15);
  });
  it("is lent to a form that has served nothing, in full doubt", () => {
    const { serve, model, learner } = setUp();
    serve(200);
    learner.observe({ nodeId: "c", kind: "container", networkBytesPerSecond: 0, neighbourCpuRatio: 0 }, told("c"));
    assert.equal(model("c/c").serviceErrorRatio, 1);
    assert.equal(model("c/c").samples, 0);
  });
  it("is believed less of an instance that has been silent, until it counts as one of its kind", () => {
    const { clock, serve, serviceAt, model } = setUp();
    serve(200, { instanceId: "b" });
    serve(100, {}, 3);
    const error = model("n/b").serviceErrorRatio;
    clock.ms += 60_000;
    assert.ok(model("n/b").serviceErrorRatio > error);
    clock.ms += 600_000;
    assertNear(serviceAt(5 * KIB_64), serviceAt(5 * KIB_64, "n/b"), 0.05);
  });
  it("is taken from telemetry where no answer comes to us", () => {
    const { serve, serviceAt, model, learner, clock } = setUp();
    serve(200);
    clock.ms += 10_000;
    const node = { nodeId: "n", kind: "vm", networkBytesPerSecond: 0, neighbourCpuRatio: 0 } as const;
    for (let at = 0; at < 10; at++) {
      clock.ms += 6000;
      learner.observe(node, told("a", { serviceTime: { count: 50, sumMs: 50 * 4 * model("n/a").serviceMeanMs } }));
    }
    assert.ok(serviceAt(5 * KIB_64) > 90, `${serviceAt(5 * KIB_64)}`);
  });
  it("is nothing before the first answer", () => {
    assert.equal(setUp().learner.modelOf("n/a"), undefined);
  });
});

describe("what is learned beside it", () => {
  it("is the way to the node, as a line in bytes", () => {
    const { answer, model } = setUp();
    for (let at = 1; at <= 200; at++) {
      const sizeBytes = (at % 10) * KIB_64;
      answer({ sizeBytes, serviceMs: 30, responseMs: 30 + 3 + (4 * sizeBytes) / KIB_64 });
    }
    assertNear(model().transferBaseMs, 3, 0.2);
    assertNear(model().transferPerByteMs * KIB_64, 4, 0.1);
  });
  it("is the cold start's mean and spread", () => {
    const { answer, model } = setUp();
    for (let at = 0; at < 40; at++) answer({ coldStartMs: at % 2 === 0 ? 900 : 1100 });
    assertNear(model().coldStartMs, 1000, 0.05);
    assertNear(model().coldStartSpreadMs, 100, 0.2);
  });
  it("is the share of cold starts among the application's answers", () => {
    const { answer, model } = setUp();
    for (let at = 0; at < 100; at++) answer({ coldStartMs: at % 10 === 0 ? 1000 : 0 });
    assertNear(model().recentColdStarts / model().recentAnswers, 0.1, 0.1);
  });
  it("is what a warm worker is worth, by the start that a function takes, whoever answers", () => {
    const worthOf = (coldStartMs: number): number => {
      const { answer, model } = setUp();
      answer({ instanceId: "a", coldStartMs: 10_000 });
      answer({ kind: "serverless", instanceId: "f", coldStartMs });
      // Three seconds in twelve in which requests wait for a VM.
      for (let at = 0; at < 1200; at++) answer({ waitedMs: at % 120 < 30 ? 100 : 0 });
      return model().warmthMs;
    };
    assert.ok(worthOf(3000) > 1.5 * worthOf(500), `${worthOf(3000)} and ${worthOf(500)}`);
  });
  it("is whether requests without an idle worker get one that is set free", () => {
    const { answer, model } = setUp();
    answer({ coldStartMs: 1000 });
    const before = model().handoverShare;
    for (let at = 0; at < 50; at++) answer({ expectedColdStartMs: 900, serviceMs: 50, responseMs: 70 });
    assert.ok(model().handoverShare > 0.9 && before <= 0.5);
    for (let at = 0; at < 50; at++) answer({ expectedColdStartMs: 900, coldStartMs: 1000 });
    assert.ok(model().handoverShare < 0.1);
  });
  it("is a risk that rises with failures and falls again with time", () => {
    const { answer, model, clock } = setUp();
    for (let at = 0; at < 50; at++) answer();
    const calm = model().failureRisk;
    for (let at = 0; at < 3; at++) answer({ outcome: "instance-error" });
    const failing = model().failureRisk;
    assert.ok(calm < 0.001 && failing > 0.02, `${calm} ${failing}`);
    clock.ms += 120_000;
    assert.ok(model().failureRisk < failing / 3);
  });
  it("does not count a client's fault or a client that went away as a failure", () => {
    const { answer, model } = setUp();
    for (let at = 0; at < 50; at++) answer();
    for (const outcome of ["client-error", "cancelled"] as const) answer({ outcome });
    assert.ok(model().failureRisk < 0.001);
  });
  it("is a response time that jumps to a peak and falls back slowly", () => {
    const { answer, model } = setUp();
    for (let at = 0; at < 10; at++) answer({ serviceMs: 50, responseMs: 52 });
    answer({ serviceMs: 500, responseMs: 502 });
    assert.equal(model().peakResponseMs, 502);
    answer({ serviceMs: 50, responseMs: 52 }, 1000);
    assert.ok(model().peakResponseMs > 400);
    for (let at = 0; at < 40; at++) answer({ serviceMs: 50, responseMs: 52 }, 1000);
    assert.ok(model().peakResponseMs < 70);
  });
});

describe("a learner", () => {
  it("gives the same model until something is learned, and tells of what reports teach", () => {
    const { answer, learner, model } = setUp();
    const changed: string[] = [];
    learner.onChange((key) => changed.push(key));
    answer();
    assert.equal(model(), model());
    assert.deepEqual(changed, ["n/a"]);
  });
  it("forgets instances of which nothing is heard for long", () => {
    const { answer, learner, clock } = setUp();
    answer();
    clock.ms += 601_000;
    learner.sweep();
    assert.equal(learner.modelOf("n/a"), undefined);
  });
});

/** An instance as the bus delivers it. */
function told(instanceId: string, changes: Parameters<typeof telemetryInstance>[1] = {}) {
  const [instance] = telemetry("n", "vm", { instances: [telemetryInstance(instanceId, changes)] }).instances;
  assert.ok(instance !== undefined);
  return instance;
}
