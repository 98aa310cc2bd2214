import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTracing } from "../../services/common/observe/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { startSpanCollector, tracingTo } from "../support/span-collector.js";

const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

describe("sampling", () => {
  it("records the configured share of new traces, and hands the decision on", async () => {
    await using collector = await startSpanCollector();
    const tracing = await tracingTo(collector, "sut", 0.25);
    const spans = Array.from({ length: 2000 }, () => tracing.start("root"));
    for (const span of spans) span.end();
    await tracing.shutdown();
    const chosen = spans.filter(({ traceparent }) => traceparent.endsWith("-01"));
    // Binomial with a standard deviation of 19: six of them.
    assert.ok(Math.abs(chosen.length - 500) < 116, `${chosen.length} of 2000 were sampled`);
    assert.deepEqual(
      collector
        .named("root")
        .map(({ traceId }) => traceId)
        .sort(),
      chosen.map(({ traceId }) => traceId).sort(),
    );
  });

  it("does as the caller decided, whatever the ratio", async () => {
    await using collector = await startSpanCollector();
    const [all, none] = [await tracingTo(collector, "sut", 1), await tracingTo(collector, "sut", 0)];
    all.start("unwanted", { parent: `00-${CALLER.traceId}-${CALLER.spanId}-00` }).end();
    none.start("wanted", { parent: `00-${CALLER.traceId}-${CALLER.spanId}-01` }).end();
    await Promise.all([all.shutdown(), none.shutdown()]);
    assert.deepEqual(
      collector.spans(CALLER.traceId).map(({ name, parentSpanId }) => [name, parentSpanId]),
      [["wanted", CALLER.spanId]],
    );
  });
});

it("milliseconds are told to the microsecond, and no other number is changed", async () => {
  await using collector = await startSpanCollector();
  const tracing = await tracingTo(collector, "sut");
  const span = tracing.start("root", { attributes: { "begin.at_ms": 44.41906900000049, share: 0.12345678 } });
  span.set({ actual_ms: 1.0005, none_ms: 0 });
  span.event("seen", { age_ms: 2.00049 });
  span.end();
  await tracing.shutdown();
  const [recorded] = collector.spans(span.traceId);
  assert.deepEqual(recorded?.attributes, { "begin.at_ms": 44.419, share: 0.12345678, actual_ms: 1.001, none_ms: 0 });
  assert.deepEqual(recorded?.events[0]?.attributes, { age_ms: 2 });
});

describe("a keepable span outside the sample", () => {
  it("is recorded when it fails, with what was noted and the trace id that was told", async () => {
    await using collector = await startSpanCollector();
    const tracing = await tracingTo(collector, "sut", 0);
    const span = tracing.start("request", { keepable: true, attributes: { a: 1 } });
    assert.ok(span.traceparent.endsWith("-00"), "what it calls records nothing");
    span.set({ b: 2 });
    span.fail("INSTANCE_UNAVAILABLE", "gone");
    span.end();
    await tracing.shutdown();
    const [recorded, ...others] = collector.spans(span.traceId);
    assert.equal(others.length, 0);
    assert.deepEqual([recorded?.name, recorded?.parentSpanId], ["request", ""]);
    assert.deepEqual(recorded?.attributes, { a: 1, b: 2, "straightline.kept": "error", "error.type": "INSTANCE_UNAVAILABLE" });
  });

  it("is recorded when it is kept, below the caller's span", async () => {
    await using collector = await startSpanCollector();
    const tracing = await tracingTo(collector, "sut", 1);
    const span = tracing.start("request", { keepable: true, parent: `00-${CALLER.traceId}-${CALLER.spanId}-00` });
    span.keep("slow");
    span.keep("mispredicted");
    span.end();
    await tracing.shutdown();
    const [recorded] = collector.spans(CALLER.traceId);
    assert.equal(recorded?.parentSpanId, CALLER.spanId);
    assert.equal(recorded?.attributes["straightline.kept"], "slow");
  });

  it("leaves nothing when all went well", async () => {
    await using collector = await startSpanCollector();
    const tracing = await tracingTo(collector, "sut", 0);
    tracing.start("request", { keepable: true }).end();
    await tracing.shutdown();
    assert.deepEqual(collector.named("request"), []);
  });
});

it("spans that nobody takes are lost at the end without a fault", async () => {
  const [port] = await freePorts("127.0.0.1", 1);
  const resource = { "service.name": "sut" };
  const tracing = await createTracing({ resource, otlpEndpoint: `http://127.0.0.1:${port}`, sampleRatio: 1 });
  tracing.start("lost").end();
  await tracing.shutdown();
});
