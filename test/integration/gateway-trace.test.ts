import assert from "node:assert/strict";
import { it } from "node:test";
import { createTracing } from "../../services/common/observe/index.js";
import { closedUrl, placed, startGatewayWithInstances } from "../support/gateway-harness.js";
import { startSpanCollector } from "../support/span-collector.js";

const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

it("a request is one trace: the caller's span, the gateway's, and one for each attempt, which the instance continues", async () => {
  await using collector = await startSpanCollector();
  const tracing = await createTracing({ serviceName: "gateway", otlpEndpoint: collector.endpoint, sampleRatio: 1 });
  const sut = await startGatewayWithInstances([], tracing);
  const dead = await closedUrl();
  sut.placement.decide(({ constraints }) =>
    constraints?.excludedInstanceIds.includes("a") ? placed("b", { http: sut.second.url }) : placed("a", { http: dead }),
  );
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
  assert.deepEqual([failed?.parentSpanId, answered?.parentSpanId], [request?.spanId, request?.spanId]);
  assert.equal(failed?.attributes["error.type"], "INSTANCE_UNAVAILABLE");
  assert.equal(answered?.attributes["straightline.instance.id"], "b");
  assert.equal(answered?.attributes["straightline.cold_start"], true);
  assert.equal(atInstance, `00-${CALLER.traceId}-${answered?.spanId}-01`);
  assert.ok(sut.placement.places.every(({ traceparent }) => traceparent === `00-${CALLER.traceId}-${request?.spanId}-01`));
});
