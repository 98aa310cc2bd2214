import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JaegerSpan } from "./jaeger.js";
import { gapsOf, longGaps } from "./trace-shape.js";

function span(name: string, parent: string, startUs: number, endUs: number): JaegerSpan {
  return { traceId: "t", spanId: name, parentSpanId: parent, name, service: "s", startUs, endUs, tags: {}, events: [] };
}

const ROOT = span("root", "", 0, 1000);

describe("unexplained time", () => {
  it("is what no span below covers, however spans overlap", () => {
    const spans = [ROOT, span("model.run", "root", 100, 500), span("model.read", "root", 300, 700)];
    assert.deepEqual(
      gapsOf(spans).map(({ startUs, endUs }) => [startUs, endUs]),
      [
        [0, 100],
        [700, 1000],
      ],
    );
  });

  it("is sought in spans with children at every depth", () => {
    const spans = [ROOT, span("forward", "root", 0, 1000), span("model.run", "forward", 0, 400)];
    assert.deepEqual(
      gapsOf(spans).map(({ span: { name }, startUs, endUs }) => [name, startUs, endUs]),
      [["forward", 400, 1000]],
    );
  });

  it("is a childless span whose name says nothing of what is done", () => {
    assert.equal(longGaps([ROOT, span("forward", "root", 0, 1000)], ROOT).length, 1);
    assert.deepEqual(longGaps([ROOT, span("model.run", "root", 0, 1000)], ROOT), []);
  });

  it("counts a span that outlives its parent", () => {
    const spans = [ROOT, span("deploy", "root", 0, 10), span("agent.instance.ready", "deploy", 10, 950)];
    assert.deepEqual(longGaps(spans, ROOT), []);
  });
});
