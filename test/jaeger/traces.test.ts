import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { SAMPLE_APPLICATION } from "../../services/cli/up/sample.js";
import type { KindToken } from "../../services/common/bus/index.js";
import { sampleImages } from "../../services/common/sample/index.js";
import { testEngine } from "../support/docker-engine.js";
import { inferByGrpc } from "../support/infer-by-grpc.js";
import { type JaegerSpan, skipWithoutJaeger } from "../support/jaeger.js";
import { skipWithoutNats } from "../support/nats-server.js";
import { longGaps, pathOf } from "../support/trace-shape.js";
import { startTracedMesh, type TracedMesh, traced } from "../support/traced-mesh.js";

const engine = await testEngine();
const skip = engine.type === "none" ? engine.skip : skipWithoutNats() || skipWithoutJaeger();

/** Clocks of two processes of one machine, as spans have them, differ by less. */
const CLOCK_US = 2000;
/** What a busy machine adds between two spans is no fault of the trace: the best of so many requests counts. */
const TRIES = 12;
/** Of the sample's function. */
const WORKERS = 4;

describe("in a real Jaeger", { skip }, () => {
  let sut: TracedMesh;
  let image: Buffer;
  before(async () => {
    if (engine.type === "none") return;
    sut = await startTracedMesh(engine);
    image = (await sampleImages()).at(-1)?.bytes as Buffer;
  });
  after(async () => {
    await sut?.stop();
    if (engine.type === "engine") await engine.stop();
  });

  it("a deploy is one trace, from the call over the assignments in NATS and the agents to ready instances and back", async () => {
    const deployTraceId = await sut.deploySample();
    const { deployment, call } = sut.mesh.api;
    const { status } = await call(deployment.get.bind(deployment), { name: SAMPLE_APPLICATION });
    assert.equal(status?.traceId, deployTraceId);
    const spans = await sut.jaeger.trace(
      deployTraceId,
      (seen) =>
        count(seen, "client.deploy") === 1 &&
        count(seen, "agent.instance.start") === 3 &&
        count(seen, "placement.telemetry") >= 3 &&
        count(seen, "model.load") >= 3,
    );
    const root = assertOneTree(spans, "client.deploy");
    assert.equal(only(spans, isNamed("deployment.deploy")).tags["rpc.response.status_code"], "OK");
    for (const assign of spans.filter(isNamed("deployment.assign"))) {
      assert.equal(assign.tags["messaging.operation.name"], "put");
      assert.equal(assign.tags["messaging.operation.type"], "send");
    }
    for (const kind of ["vm", "container", "serverless"]) {
      const start = only(
        spans,
        ({ name, service }) => name === "agent.instance.start" && service === `straightline-agent-${kind}`,
      );
      assert.deepEqual(pathOf(spans, start), [
        "client client.deploy",
        "straightline-placement deployment.deploy",
        "straightline-placement deployment.assign",
        `straightline-agent-${kind} agent.assignment.apply`,
        `straightline-agent-${kind} agent.instance.start`,
      ]);
      assert.equal(start.tags["straightline.application"], SAMPLE_APPLICATION);
      assert.equal(start.tags["straightline.node.kind"], kind);
      const apply = parentOf(spans, start);
      const fetched = only(spans, ({ name, parentSpanId }) => name === "agent.artifact.fetch" && parentSpanId === apply.spanId);
      assertInOrder([fetched, start]);
      if (kind !== "container") assert.match(String(fetched.tags["straightline.artifact.digest"]), /^sha256:/);
    }
    const created = only(
      spans,
      ({ name, service }) => name === "agent.instance.create" && service === "straightline-agent-container",
    );
    const build = only(spans, ({ name }) => name === "container.image");
    assert.equal(build.parentSpanId, created.spanId);
    const steps = spans.filter(isNamed("model.load")).map((load) => pathOf(spans, load).map((step) => step.split(" ")[1]));
    const start = "agent.instance.start > agent.instance.create";
    const model = "model.start > model.load";
    assert.deepEqual(
      steps.map((path) => path.slice(4).join(" > ")).sort(),
      [`${start} > ${model}`, `${start} > ${model}`, `${start} > function.cold_start > agent.instance.create > ${model}`].sort(),
      "a function shows that a worker of it starts",
    );
    assert.deepEqual(longGaps(spans, root), []);
  });

  it("a cold start is in the trace of the request that paid for it", async () => {
    let gaps: string[] = [];
    // One request more at a time than there are workers: one of them pays for another.
    for (let atOnce = 1; atOnce <= WORKERS; atOnce++) {
      const traceIds = await Promise.all(Array.from({ length: atOnce }, () => sut.infer("serverless", image)));
      const spans = await coldTrace(sut, traceIds);
      assertColdStart(spans);
      gaps = longGaps(spans, assertOneTree(spans, "client.request"));
      if (gaps.length === 0) return;
    }
    assert.deepEqual(gaps, [], `unexplained time in each of ${WORKERS} cold starts`);
  });

  for (const kind of ["vm", "container", "serverless"] as const) {
    it(`a request through a ${kind} is one trace from the client to the model`, async () => {
      let gaps: string[] = [];
      for (let tried = 0; tried < TRIES; tried++) {
        const spans = await sut.jaeger.trace(await sut.infer(kind, image), isAnswered);
        const root = assertOneTree(spans, "client.request");
        assertRequest(spans, kind);
        gaps = longGaps(spans, root);
        if (gaps.length === 0) return;
      }
      assert.deepEqual(gaps, [], `unexplained time in each of ${TRIES} requests`);
    });
  }

  it("a request over gRPC is one trace as well", async () => {
    let gaps: string[] = [];
    for (let tried = 0; tried < TRIES; tried++) {
      const traceId = await traced(sut.client, "client.request", ({ traceparent }) =>
        inferByGrpc(sut.grpcAddress, image, traceparent),
      );
      const spans = await sut.jaeger.trace(traceId, isAnswered);
      const root = assertOneTree(spans, "client.request");
      assertGrpcRequest(spans);
      // The client connects anew for each request, which is its own affair.
      const [request] = spans.filter(isNamed("gateway.request")) as [JaegerSpan];
      gaps = longGaps(
        spans.filter((span) => span !== root),
        request,
      );
      if (gaps.length === 0) return;
    }
    assert.deepEqual(gaps, [], `unexplained time in each of ${TRIES} requests`);
  });
});

/** The trace of the request that paid for a worker's start, whole. */
async function coldTrace({ jaeger }: TracedMesh, traceIds: readonly string[]): Promise<readonly JaegerSpan[]> {
  // The agent sends the worker's start before the invocation that waited for it.
  const isInvoked = (spans: readonly JaegerSpan[]): boolean => isAnswered(spans) && count(spans, "function.invoke") === 1;
  const traces = await Promise.all(traceIds.map((traceId) => jaeger.trace(traceId, isInvoked)));
  const cold = traces.find((spans) => count(spans, "function.cold_start") === 1);
  assert.ok(cold, "one of the requests started a worker");
  return jaeger.trace(
    cold[0]?.traceId ?? "",
    (seen) => count(seen, "model.start") === 1 && count(seen, "function.cold_start") === 1,
  );
}

function assertColdStart(spans: readonly JaegerSpan[]): void {
  const load = only(spans, ({ name }) => name === "model.load");
  assert.deepEqual(pathOf(spans, load), [
    "client client.request",
    "straightline-gateway gateway.request",
    "straightline-gateway gateway.forward",
    "straightline-agent-serverless function.invoke",
    "straightline-agent-serverless function.acquire",
    "straightline-agent-serverless function.cold_start",
    "straightline-agent-serverless agent.instance.create",
    "straightline-model-server model.start",
    "straightline-model-server model.load",
  ]);
  const [boot, ready, infers] = ["model.boot", "agent.instance.ready", "model.infer"].map((name) => only(spans, isNamed(name)));
  assertInOrder([boot, load, infers] as JaegerSpan[]);
  assertInOrder([ready, infers] as JaegerSpan[]);
  assert.equal(only(spans, isNamed("function.invoke")).tags["faas.coldstart"], true);
  assert.equal(only(spans, isNamed("gateway.forward")).tags["faas.coldstart"], true);
}

function assertRequest(spans: readonly JaegerSpan[], kind: KindToken): void {
  const run = only(spans, isNamed("model.run"));
  const way = kind === "serverless" ? ["straightline-agent-serverless function.invoke"] : [];
  assert.deepEqual(pathOf(spans, run), [
    "client client.request",
    "straightline-gateway gateway.request",
    "straightline-gateway gateway.forward",
    ...way,
    "straightline-model-server model.infer",
    "straightline-model-server model.run",
  ]);
  const place = only(spans, isNamed("placement.place"));
  assert.deepEqual(pathOf(spans, place).slice(1), [
    "straightline-gateway gateway.request",
    "straightline-gateway gateway.place",
    "straightline-placement placement.place",
  ]);
  assertInOrder(
    ["placement.place", "model.read", "model.queue", "model.decode", "model.run"].map((name) => only(spans, isNamed(name))),
  );
  assertDecision(spans, place, kind);
  assert.equal(only(spans, isNamed("gateway.request")).tags["http.route"], "/v2/models/{model}/infer");
  assert.match(String(only(spans, isNamed("gateway.forward")).tags["url.full"]), /^http:.*\/v2\/models\/[^?]*\/infer$/);
}

function assertGrpcRequest(spans: readonly JaegerSpan[]): void {
  for (const name of ["gateway.request", "gateway.forward", "model.infer"]) {
    const { tags } = only(spans, isNamed(name));
    assert.equal(tags["rpc.method"], "inference.GRPCInferenceService/ModelInfer", name);
    assert.equal(tags["rpc.response.status_code"], "OK", name);
  }
  assertInOrder(["placement.place", "model.read", "model.run"].map((name) => only(spans, isNamed(name))));
}

/** What the decision rests on, what it came to, and what came of it. */
function assertDecision(spans: readonly JaegerSpan[], { tags, events }: JaegerSpan, kind: KindToken): void {
  assert.equal(tags["straightline.node.kind"], kind);
  assert.equal(tags["straightline.policy"], "straightline");
  assert.equal(tags["rpc.method"], "straightline.v1.PlacementService/PlaceStream");
  assert.equal(tags["straightline.threshold.frequency_per_second"], 10);
  assert.equal(tags["straightline.threshold.size_bytes"], 131_072);
  assert.ok(Number(tags["straightline.frequency_per_second"]) > 0);
  assert.ok(Number(tags["straightline.data.size_bytes"]) > 131_072);
  assert.ok(Number(tags["straightline.telemetry.age_ms"]) >= 0);
  // Of a form's first request nothing can be told.
  if ("straightline.predicted_ms" in tags) assert.ok(Number(tags["straightline.predicted_ms"]) > 0);
  assert.match(String(tags["straightline.reason"]), /\w/);
  assert.deepEqual(
    events.map((event) => [event["event"], event["straightline.refusal"]]),
    [
      ["candidate.refused", "KIND_NOT_ALLOWED"],
      ["candidate.refused", "KIND_NOT_ALLOWED"],
    ],
    "the two other forms",
  );
  const report = only(spans, isNamed("placement.report"));
  const request = only(spans, isNamed("gateway.request"));
  for (const key of ["straightline.placement.id", "straightline.instance.id", "straightline.policy"]) {
    assert.equal(request.tags[key], tags[key], key);
  }
  assert.equal(report.tags["straightline.placement.id"], tags["straightline.placement.id"]);
  assert.equal(report.tags["straightline.outcome"], "OUTCOME_OK");
  assert.ok(Number(report.tags["straightline.actual_ms"]) > 0);
}

/** One root, of the client, and no span whose parent is missing; no child begins before its parent. Gives the root. */
function assertOneTree(spans: readonly JaegerSpan[], rootName: string): JaegerSpan {
  const root = only(spans, ({ parentSpanId }) => parentSpanId === "");
  assert.equal(root.name, rootName);
  for (const span of spans) {
    if (span === root) continue;
    const parent = parentOf(spans, span);
    assert.ok(span.startUs >= parent.startUs - CLOCK_US, `${span.name} begins before ${parent.name}`);
  }
  return root;
}

function parentOf(spans: readonly JaegerSpan[], { name, parentSpanId }: JaegerSpan): JaegerSpan {
  const parent = spans.find(({ spanId }) => spanId === parentSpanId);
  assert.ok(parent, `the parent of ${name} is in the trace`);
  return parent;
}

/** Each ends before the next begins. */
function assertInOrder(spans: readonly JaegerSpan[]): void {
  for (const [index, span] of spans.entries()) {
    const next = spans[index + 1];
    if (next !== undefined) assert.ok(span.endUs <= next.startUs + CLOCK_US, `${span.name} before ${next.name}`);
  }
}

/** All that belongs to an answered request has arrived. */
function isAnswered(spans: readonly JaegerSpan[]): boolean {
  return ["client.request", "gateway.request", "placement.place", "placement.report", "model.infer"].every(
    (name) => count(spans, name) === 1,
  );
}

function isNamed(wanted: string): (span: JaegerSpan) => boolean {
  return ({ name }) => name === wanted;
}

function count(spans: readonly JaegerSpan[], wanted: string): number {
  return spans.filter(isNamed(wanted)).length;
}

function only(spans: readonly JaegerSpan[], condition: (span: JaegerSpan) => boolean): JaegerSpan {
  const found = spans.filter(condition);
  assert.equal(found.length, 1, `one of ${spans.map(({ service, name }) => `${service} ${name}`).join(", ")}`);
  return found[0] as JaegerSpan;
}
