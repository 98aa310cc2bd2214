import { invalidField, type StraightLineError } from "../../common/errors/index.js";
import { elementCount } from "./header.js";
import type { Tensor, TensorHeader } from "./types.js";

/** Bytes of an FP32 element. */
const FP32_BYTES = 4;

/** Bytes of the little-endian length that stands before each BYTES element. */
const LENGTH_PREFIX_BYTES = 4;

/**
 * Reads a tensor in the protocol's raw form: FP32 as little-endian floats, BYTES as elements that each follow their
 * length (4 bytes, little-endian). Throws INVALID_REQUEST when the bytes do not fill the shape exactly.
 */
export function decodeRawTensor(header: TensorHeader, bytes: Uint8Array): Tensor {
  return header.datatype === "FP32"
    ? { ...header, datatype: "FP32", data: decodeFloats(header, bytes) }
    : { ...header, datatype: "BYTES", data: decodeElements(header, bytes) };
}

/** Writes a tensor's data in the protocol's raw form. */
export function encodeRawTensor(tensor: Tensor): Buffer {
  return tensor.datatype === "FP32" ? encodeFloats(tensor.data) : encodeElements(tensor.data);
}

function decodeFloats(header: TensorHeader, bytes: Uint8Array): Float32Array {
  const count = elementCount(header);
  if (bytes.byteLength !== count * FP32_BYTES) throw sizeMismatch(header, bytes, `${count * FP32_BYTES} bytes of FP32`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index += 1) values[index] = view.getFloat32(index * FP32_BYTES, true);
  return values;
}

function decodeElements(header: TensorHeader, bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let offset = 0;
  while (offset + LENGTH_PREFIX_BYTES <= bytes.byteLength) {
    const start = offset + LENGTH_PREFIX_BYTES;
    offset = start + view.getUint32(offset, true);
    elements.push(bytes.subarray(start, offset));
  }
  const count = elementCount(header);
  if (offset !== bytes.byteLength || elements.length !== count) {
    throw sizeMismatch(header, bytes, `${count} whole elements, each after its length (4 bytes, little-endian)`);
  }
  return elements;
}

function sizeMismatch(header: TensorHeader, bytes: Uint8Array, wanted: string): StraightLineError {
  return invalidField(
    `inputs.${header.name}`,
    `${bytes.byteLength} bytes of raw data do not fill shape [${header.shape.join(",")}]; send ${wanted}`,
  );
}

function encodeFloats(values: Float32Array): Buffer {
  const out = Buffer.allocUnsafe(values.length * FP32_BYTES);
  values.forEach((value, index) => {
    out.writeFloatLE(value, index * FP32_BYTES);
  });
  return out;
}

function encodeElements(elements: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    elements.flatMap((element) => {
      const length = Buffer.allocUnsafe(LENGTH_PREFIX_BYTES);
      length.writeUInt32LE(element.byteLength);
      return [length, element];
    }),
  );
}
