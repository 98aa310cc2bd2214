import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeJsonTensor, encodeJsonTensor } from "./json.js";
import type { TensorHeader } from "./types.js";

const FLOATS: TensorHeader = { name: "x", datatype: "FP32", shape: [2, 2] };
const IMAGE: TensorHeader = { name: "image", datatype: "BYTES", shape: [1] };

for (const data of [
  [1, 2, 3, 4],
  [
    [1, 2],
    [3, 4],
  ],
]) {
  test(`numbers are read from ${JSON.stringify(data)}`, () => {
    assert.deepEqual(decodeJsonTensor(FLOATS, data).data, Float32Array.of(1, 2, 3, 4));
  });
}

test("byte strings are read from base64", () => {
  assert.deepEqual(decodeJsonTensor(IMAGE, ["iVBORw=="]).data, [Buffer.from("89504e47", "hex")]);
});

const BAD = [
  { what: "no data", header: FLOATS, data: undefined, message: /x.*no data/ },
  { what: "too few numbers", header: FLOATS, data: [1, 2, 3], message: /3 elements do not fill shape \[2,2\]; send 4/ },
  { what: "a number as text", header: FLOATS, data: [1, 2, 3, "4"], message: /type string/ },
  { what: "a null", header: FLOATS, data: [1, 2, 3, null], message: /send numbers/ },
  { what: "text that is not base64", header: IMAGE, data: ["a picture!"], message: /not base64/ },
  { what: "base64 that is cut off", header: IMAGE, data: ["iVBORw="], message: /not base64/ },
  { what: "a number where bytes belong", header: IMAGE, data: [7], message: /not base64/ },
] as const;

for (const { what, header, data, message } of BAD) {
  test(`${what} is refused`, () => {
    assert.throws(() => decodeJsonTensor(header, data), message);
  });
}

test("labels are written as text, numbers as numbers", () => {
  assert.deepEqual(encodeJsonTensor({ name: "label", datatype: "BYTES", shape: [1], data: [Buffer.from("groß")] }), ["groß"]);
  assert.deepEqual(encodeJsonTensor({ name: "p", datatype: "FP32", shape: [2], data: Float32Array.of(0.5, 1) }), [0.5, 1]);
});
