import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { status } from "@grpc/grpc-js";
import { closedUrl, placed, startGatewayWithInstances } from "../support/gateway-harness.js";
import { inferByGrpc } from "../support/infer-by-grpc.js";
import { type SpanCollector, startSpanCollector, tracingTo } from "../support/span-collector.js";

const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

/** A gateway whose requests are placed on `a`, where nobody listens, and then on `b`. */
async function startFailover(collector: SpanCollector) {
  const tracing = await tracingTo(collector, "gateway");
  const sut = await startGatewayWithInstances([], tracing);
  const dead = await closedUrl();
  sut.placement.decide(({ constraints }) =>
    constraints?.excludedInstanceIds.includes("a") ? placed("b", { http: sut.second.url }) : placed("a", { http: dead }),
  );
  return { sut, tracing };
}

it("a request is one trace: the caller's span, the gateway's, and two for each attempt, which placement and the instance continue", async () => {
  await using collector = await startSpanCollector();
  const { sut, tracing } = await startFailover(collector);
  let atInstance: string | undefined;
  sut.second.listener = (request, response) => {
    atInstance = String(request.headers["traceparent"]);
    response.writeHead(200, { "straightline-cold-start-ms": "150" }).end();
  };
  const response = await sut.infer({ headers: { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` } });
  await response.arrayBuffer();
  await sut.stop();
  await tracing.shutdown();
  assert.equal(response.headers.get("straightline-trace-id"), CALLER.traceId);

  const spans = collector.spans(CALLER.traceId);
  const request = spans.find(({ name }) => name === "gateway.request");
  const [failed, answered] = spans
    .filter(({ name }) => name === "gateway.forward")
    .sort((a, b) => Number(a.attributes["straightline.attempt"]) - Number(b.attributes["straightline.attempt"]));
  assert.equal(request?.parentSpanId, CALLER.spanId);
  assert.equal(request?.attributes["http.response.status_code"], 200);
  assert.equal(request?.attributes["straightline.application"], "digits");
  const named = ["http.request.method", "http.route", "url.scheme", "url.path"].map((name) => request?.attributes[name]);
  assert.deepEqual(named, ["POST", "/v2/models/{model}/infer", "http", "/v2/models/digits/infer"]);
  assert.deepEqual([failed?.parentSpanId, answered?.parentSpanId], [request?.spanId, request?.spanId]);
  assert.equal(failed?.attributes["error.type"], "INSTANCE_UNAVAILABLE");
  assert.equal(answered?.attributes["straightline.instance.id"], "b");
  assert.equal(answered?.attributes["faas.coldstart"], true);
  assert.equal(answered?.attributes["http.request.method"], "POST");
  assert.equal(answered?.attributes["http.response.status_code"], 200);
  assert.equal(answered?.attributes["url.full"], `${sut.second.url}/v2/models/digits/infer`, "without the query");
  assert.equal(answered?.attributes["server.port"], Number(new URL(sut.second.url).port));
  assert.equal(atInstance, `00-${CALLER.traceId}-${answered?.spanId}-01`);
  const places = spans.filter(({ name }) => name === "gateway.place");
  assert.deepEqual(
    places.map(({ parentSpanId }) => parentSpanId),
    [request?.spanId, request?.spanId],
  );
  assert.deepEqual(
    sut.placement.places.map(({ traceparent }) => traceparent).sort(),
    places.map(({ spanId }) => `00-${CALLER.traceId}-${spanId}-01`).sort(),
  );
  assert.deepEqual(
    sut.placement.places.map(({ retryOf }) => retryOf),
    ["", failed?.attributes["straightline.placement.id"]],
    "the second names the first",
  );
});

it("the time to connect to an instance is a span of the request that waits for it, and of no other", async () => {
  await using collector = await startSpanCollector();
  const { sut, tracing } = await startFailover(collector);
  const context = (parentId: string, flags: string) => `00-${CALLER.traceId}-${parentId}-${flags}`;
  for (const traceparent of [context("a".repeat(16), "01"), context("b".repeat(16), "01")]) {
    await (await sut.infer({ headers: { traceparent } })).arrayBuffer();
  }
  await sut.stop();
  await tracing.shutdown();
  const spans = collector.spans(CALLER.traceId);
  const connects = spans
    .filter(({ name }) => name === "gateway.connect")
    .map(({ parentSpanId, attributes }) => {
      const forward = spans.find(({ spanId }) => spanId === parentSpanId);
      const request = spans.find(({ spanId }) => spanId === forward?.parentSpanId);
      return [request?.parentSpanId[0], forward?.attributes["straightline.instance.id"], attributes["error.type"]].join(" ");
    });
  assert.deepEqual(connects.sort(), ["a a INSTANCE_UNAVAILABLE", "a b ", "b a INSTANCE_UNAVAILABLE"]);
});

it("a request over gRPC tells its method, its status and where it went", async () => {
  await using collector = await startSpanCollector();
  const tracing = await tracingTo(collector, "gateway");
  const sut = await startGatewayWithInstances([], tracing);
  const address = new URL(await closedUrl()).host;
  sut.placement.decide(() => placed("a", { http: sut.first.url, grpc: address }));
  await assert.rejects(inferByGrpc(sut.grpcAddress, Buffer.from("hello")), { code: status.UNAVAILABLE });
  await sut.stop();
  await tracing.shutdown();
  const called = (name: string) => {
    const { attributes } = collector.named(name)[0] ?? assert.fail(`no ${name}`);
    return ["rpc.system.name", "rpc.method", "rpc.response.status_code", "server.port"].map((key) => attributes[key]);
  };
  const method = "inference.GRPCInferenceService/ModelInfer";
  assert.deepEqual(called("gateway.request"), ["grpc", method, "UNAVAILABLE", undefined]);
  assert.equal(collector.named("gateway.connect")[0]?.attributes["error.type"], "INSTANCE_UNAVAILABLE");
  assert.deepEqual(called("gateway.forward"), ["grpc", method, undefined, Number(address.split(":")[1])], "nothing answered");
});

for (const [what, traceparent, tracestate] of [
  ["goes on", `00-${CALLER.traceId}-${CALLER.spanId}-00`, "a=1"],
  ["begins anew, as there is no traceparent", undefined, undefined],
  ["begins anew, as traceparent is invalid", `00-${CALLER.traceId}-${"0".repeat(16)}-01`, undefined],
] as const) {
  it(`tracestate is ${tracestate === undefined ? "dropped" : "passed on"} where the trace ${what}`, async () => {
    const sut = await startGatewayWithInstances();
    sut.placement.decide(() => placed("a", { http: sut.first.url }));
    let atInstance: unknown;
    sut.first.listener = (request, response) => {
      atInstance = request.headers["tracestate"];
      response.end();
    };
    const response = await sut.infer({ headers: { tracestate: "a=1", ...(traceparent === undefined ? {} : { traceparent }) } });
    await response.arrayBuffer();
    await sut.stop();
    assert.deepEqual([response.status, atInstance], [200, tracestate]);
  });
}

interface Scripted {
  readonly args?: readonly string[];
  readonly predictedMs?: number;
  readonly delayMs?: number;
  readonly status?: number;
}

const REMARKABLE: readonly (Scripted & { readonly when: string; readonly why: string })[] = [
  { when: "the request fails", why: "error", status: 500 },
  { when: "the request is slow", why: "slow", args: ["--keep-slow=20ms"], delayMs: 40 },
  { when: "the request takes twice as long as predicted", why: "mispredicted", predictedMs: 20, delayMs: 120 },
];

/** Sends one request outside the sample, and gives what was recorded of it. */
async function unsampledRequest({ args = [], predictedMs = 0, delayMs = 0, status = 200 }: Scripted) {
  await using collector = await startSpanCollector();
  const tracing = await tracingTo(collector, "gateway", 0);
  const sut = await startGatewayWithInstances(args, tracing);
  const answer = placed("a", { http: sut.first.url });
  const predicted = { transferMs: 0, waitMs: 0, serviceMs: predictedMs, coldStartMs: 0 };
  sut.placement.decide(() => ({ placement: { ...answer.placement, predicted } }));
  sut.first.listener = (_, response) => void setTimeout(() => response.writeHead(status).end(), delayMs);
  const response = await sut.infer();
  await response.arrayBuffer();
  await sut.stop();
  await tracing.shutdown();
  return collector.spans(response.headers.get("straightline-trace-id") ?? "");
}

describe("outside the sample, the gateway's own span", () => {
  it("is left out when all is well", async () => {
    assert.deepEqual(await unsampledRequest({}), []);
  });

  for (const { when, why, ...how } of REMARKABLE) {
    it(`is kept when ${when}, with the key of the recorded decision`, async () => {
      const [span, ...others] = await unsampledRequest(how);
      assert.deepEqual([span?.name, others.length], ["gateway.request", 0]);
      assert.equal(span?.attributes["straightline.kept"], why);
      assert.equal(span?.attributes["straightline.instance.id"], "a");
      assert.ok(span?.attributes["straightline.placement.id"]);
      assert.ok(Number(span?.attributes["straightline.actual_ms"]) >= (how.delayMs ?? 0) - 1);
    });
  }
});
