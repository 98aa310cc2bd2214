import assert from "node:assert/strict";
import { test } from "node:test";
import { elementCount, parseTensorHeader } from "./header.js";

test("a right header passes", () => {
  const header = { name: "x", datatype: "FP32", shape: [2, 3] };
  assert.deepEqual(parseTensorHeader(header), header);
  assert.equal(elementCount({ shape: [2, 3] }), 6);
});

const BAD = [
  { what: "no name", header: { datatype: "FP32", shape: [1] }, message: /inputs\.name/ },
  {
    what: "a datatype we do not take",
    header: { name: "x", datatype: "INT64", shape: [1] },
    message: /inputs\.x\.datatype: "INT64"/,
  },
  { what: "no shape", header: { name: "x", datatype: "FP32" }, message: /inputs\.x\.shape/ },
  { what: "an empty shape", header: { name: "x", datatype: "FP32", shape: [] }, message: /inputs\.x\.shape: \[\]/ },
  { what: "a negative dimension", header: { name: "x", datatype: "FP32", shape: [-1] }, message: /inputs\.x\.shape: \[-1\]/ },
  { what: "a dimension of zero", header: { name: "x", datatype: "FP32", shape: [0] }, message: /at least 1/ },
  { what: "a fraction", header: { name: "x", datatype: "FP32", shape: [1.5] }, message: /whole numbers/ },
  { what: "a shape beyond all memory", header: { name: "x", datatype: "FP32", shape: [1e6, 1e6] }, message: /more than/ },
] as const;

for (const { what, header, message } of BAD) {
  test(`${what} is refused`, () => {
    assert.throws(() => parseTensorHeader(header), message);
  });
}
