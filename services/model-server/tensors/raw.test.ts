import assert from "node:assert/strict";
import { test } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { decodeRawTensor, encodeRawTensor } from "./raw.js";
import type { Tensor, TensorHeader } from "./types.js";

const FLOATS: TensorHeader = { name: "x", datatype: "FP32", shape: [2, 2] };
const STRINGS: TensorHeader = { name: "image", datatype: "BYTES", shape: [2] };

test("floats survive the raw form and back", () => {
  const tensor: Tensor = { name: "x", datatype: "FP32", shape: [2, 2], data: Float32Array.of(0, -1.5, 3e38, 1e-38) };
  assert.deepEqual(decodeRawTensor(FLOATS, encodeRawTensor(tensor)), tensor);
});

test("floats are little-endian whatever the machine", () => {
  const tensor: Tensor = { name: "x", datatype: "FP32", shape: [1], data: Float32Array.of(1) };
  assert.equal(encodeRawTensor(tensor).toString("hex"), "0000803f");
});

test("floats are read from bytes that begin at an odd address", () => {
  const shifted = Buffer.from("ff0000803f", "hex").subarray(1);
  const tensor = decodeRawTensor({ ...FLOATS, shape: [1] }, shifted);
  assert.deepEqual(tensor.data, Float32Array.of(1));
});

test("byte strings survive the raw form and back, the empty one too", () => {
  const tensor: Tensor = { name: "image", datatype: "BYTES", shape: [2], data: [Buffer.from("ab"), Buffer.alloc(0)] };
  assert.equal(encodeRawTensor(tensor).toString("hex"), "02000000616200000000");
  assert.deepEqual(decodeRawTensor(STRINGS, encodeRawTensor(tensor)), tensor);
});

const BAD = [
  { what: "too few floats", header: FLOATS, hex: "0000803f" },
  { what: "half a float too many", header: FLOATS, hex: "00".repeat(18) },
  { what: "fewer byte strings than the shape says", header: STRINGS, hex: "0100000061" },
  { what: "more byte strings than the shape says", header: STRINGS, hex: "000000000000000000000000" },
  { what: "a length beyond the end", header: STRINGS, hex: "ffffffff6100000000" },
  { what: "a length that is cut off", header: STRINGS, hex: "0100000061010000" },
] as const;

for (const { what, header, hex } of BAD) {
  test(`${what} is refused with the input's name`, () => {
    assert.throws(
      () => decodeRawTensor(header, Buffer.from(hex, "hex")),
      (error) => error instanceof StraightLineError && error.code === "INVALID_REQUEST" && error.message.includes(header.name),
    );
  });
}
