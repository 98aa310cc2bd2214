import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatTraceparent, isUnrecorded, parseTraceparent } from "./traceparent.js";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";

describe("parseTraceparent", () => {
  for (const [flags, sampled] of [
    ["00", false],
    ["01", true],
    ["02", false],
    ["ff", true],
    ["0a", false],
  ] as const) {
    it(`reads flags ${flags}`, () =>
      assert.deepEqual(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-${flags}`), { traceId: TRACE_ID, spanId: SPAN_ID, sampled }));
  }

  for (const [more, sampled] of [
    ["01", true],
    ["01-00", true],
    ["00-01", false],
  ] as const) {
    it(`reads a later version's ${more}`, () =>
      assert.deepEqual(parseTraceparent(`cc-${TRACE_ID}-${SPAN_ID}-${more}`), { traceId: TRACE_ID, spanId: SPAN_ID, sampled }));
  }

  for (const header of [
    undefined,
    "",
    `ff-${TRACE_ID}-${SPAN_ID}-01`,
    `01-${TRACE_ID}-${SPAN_ID}-01extra`,
    `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`,
    `00-${"0".repeat(32)}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${"0".repeat(16)}-01`,
    `00-${TRACE_ID}-${SPAN_ID}-0g`,
    `00-${TRACE_ID}-${SPAN_ID}-01-extra`,
    `00-${TRACE_ID}_${SPAN_ID}-01`,
    `00-${TRACE_ID.slice(1)}x-${SPAN_ID}-01`,
  ]) {
    it(`refuses ${JSON.stringify(header)}`, () => assert.equal(parseTraceparent(header), undefined));
  }

  it("reads what formatTraceparent writes", () => {
    const context = { traceId: TRACE_ID, spanId: SPAN_ID, sampled: true };
    assert.deepEqual(parseTraceparent(formatTraceparent(context)), context);
  });
});

describe("isUnrecorded", () => {
  for (const [header, expected] of [
    [`00-${TRACE_ID}-${SPAN_ID}-00`, true],
    [`00-${TRACE_ID}-${SPAN_ID}-01`, false],
    [`01-${TRACE_ID}-${SPAN_ID}-01-00`, false],
    [`00-${TRACE_ID.slice(1)}x-${SPAN_ID}-00`, false],
    [`00-${"0".repeat(32)}-${SPAN_ID}-00`, false],
    ["-00", false],
    ["", false],
    [undefined, false],
  ] as const) {
    it(`is ${expected} for ${JSON.stringify(header)}`, () => assert.equal(isUnrecorded(header), expected));
  }
});
