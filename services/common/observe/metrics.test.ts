import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exposition, prometheusName } from "./exposition.js";
import { SERIES_LIMIT } from "./instruments.js";
import { METRIC } from "./metric-names.js";
import { createMetrics } from "./metrics.js";

const counter = {
  type: "counter",
  name: "straightline.x",
  unit: "{thing}",
  description: "Things",
  labels: ["a.b", "c"],
} as const;

describe("metrics", () => {
  it("count by the values of their labels", () => {
    const metrics = createMetrics();
    metrics.counter(counter).add(1, "x", "y");
    metrics.counter(counter).add(2, "x", "y");
    metrics.counter(counter).add(5, "x", "z");
    const [snapshot] = metrics.collect();
    assert.deepEqual(snapshot?.points, [
      { labels: ["x", "y"], value: 3 },
      { labels: ["x", "z"], value: 5 },
    ]);
  });

  it("sort values into buckets, a bound into the bucket below it", () => {
    const metrics = createMetrics();
    const histogram = metrics.histogram({ type: "histogram", name: "h", unit: "s", description: "", labels: [], bounds: [1, 2] });
    for (const value of [0.5, 1, 1.5, 2, 3]) histogram.record(value);
    assert.deepEqual(metrics.collect()[0]?.points, [{ labels: [], value: { count: 5, sum: 8, buckets: [2, 2, 1] } }]);
  });

  it("count what is beyond the limit of series in one, and lose nothing", () => {
    const metrics = createMetrics();
    for (let n = 0; n < SERIES_LIMIT + 50; n++) metrics.counter(counter).add(1, `invented-${n}`, "");
    const points = metrics.collect()[0]?.points ?? [];
    assert.equal(points.length, SERIES_LIMIT + 1);
    assert.deepEqual(points.at(-1), { labels: undefined, value: 50 });
  });

  it("ask observers each time, and forget what they no longer tell", () => {
    const metrics = createMetrics();
    let names = ["a", "b"];
    metrics.observe({ type: "gauge", name: "g", unit: "1", description: "", labels: ["n"] }, (set) => {
      for (const name of names) set(1, name);
    });
    assert.equal(metrics.collect()[0]?.points.length, 2);
    names = ["b"];
    assert.deepEqual(metrics.collect()[0]?.points, [{ labels: ["b"], value: 1 }]);
  });
});

describe("exposition", () => {
  it("writes counters, escaped labels and the process", () => {
    const metrics = createMetrics();
    metrics.counter(counter).add(2, 'say "hi"\n', "");
    assert.equal(
      exposition(metrics.collect(), { "service.name": "straightline-test" }),
      [
        "# HELP target_info Target metadata",
        "# TYPE target_info gauge",
        'target_info{service_name="straightline-test"} 1',
        "# HELP straightline_x_total Things",
        "# TYPE straightline_x_total counter",
        'straightline_x_total{a_b="say \\"hi\\"\\n"} 2',
        "",
      ].join("\n"),
    );
  });

  it("writes buckets that add up", () => {
    const metrics = createMetrics();
    const bounds = [1, 2];
    metrics.histogram({ type: "histogram", name: "h", unit: "s", description: "d", labels: ["l"], bounds }).record(1.5, "v");
    assert.deepEqual(exposition(metrics.collect(), {}).split("\n").slice(5, -1), [
      'h_seconds_bucket{l="v",le="1"} 0',
      'h_seconds_bucket{l="v",le="2"} 1',
      'h_seconds_bucket{l="v",le="+Inf"} 1',
      'h_seconds_sum{l="v"} 1.5',
      'h_seconds_count{l="v"} 1',
    ]);
  });
});

describe("prometheusName", () => {
  for (const [type, unit, name] of [
    ["gauge", "{request}/s", "a_b_per_second"],
    ["gauge", "{request}", "a_b"],
    ["gauge", "1", "a_b_ratio"],
    ["counter", "s", "a_b_seconds_total"],
    ["histogram", "By", "a_b_bytes"],
  ] as const) {
    it(`writes a ${type} in ${unit} as ${name}`, () => assert.equal(prometheusName({ name: "a.b", unit, type }), name));
  }
});

describe("METRIC", () => {
  it("has a name of its own and rising bounds for each", () => {
    const names = Object.values(METRIC).map(prometheusName);
    assert.equal(new Set(names).size, names.length);
    for (const metric of Object.values(METRIC)) {
      assert.match(metric.name, /^[a-z][a-z0-9_.]*$/);
      if (metric.type !== "histogram") continue;
      assert.deepEqual(
        metric.bounds,
        [...metric.bounds].sort((a, b) => a - b),
        metric.name,
      );
    }
  });
});
