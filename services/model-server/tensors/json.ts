import { invalidField, type StraightLineError } from "../../common/errors/index.js";
import { elementCount } from "./header.js";
import type { Tensor, TensorHeader } from "./types.js";

/** Node's decoder skips what base64 does not have; we refuse it. A single class, so that no input makes it backtrack. */
const NOT_BASE64 = /[^A-Za-z0-9+/=]/;

/**
 * Reads a tensor from the `data` of a JSON request: flat or nested arrays of numbers (FP32) or of base64 strings (BYTES:
 * JSON cannot carry an image otherwise). Throws INVALID_REQUEST when an element is of another type or the count differs.
 */
export function decodeJsonTensor(header: TensorHeader, data: unknown): Tensor {
  if (!Array.isArray(data)) throw invalid(header, "has no data; send an array, or bytes by the binary data extension");
  const elements: unknown[] = data.flat(header.shape.length);
  const count = elementCount(header);
  if (elements.length !== count) {
    throw invalid(header, `${elements.length} elements do not fill shape [${header.shape.join(",")}]; send ${count}`);
  }
  return header.datatype === "FP32"
    ? { ...header, datatype: "FP32", data: Float32Array.from(elements, (element) => parseNumber(header, element)) }
    : { ...header, datatype: "BYTES", data: elements.map((element) => parseBase64(header, element)) };
}

/** Writes a tensor's data for a JSON answer: numbers, or strings of UTF-8 (outputs of type BYTES are labels). */
export function encodeJsonTensor(tensor: Tensor): (number | string)[] {
  if (tensor.datatype === "FP32") return [...tensor.data];
  return tensor.data.map((element) => Buffer.from(element).toString("utf8"));
}

function parseNumber(header: TensorHeader, element: unknown): number {
  if (typeof element === "number") return element;
  throw invalid(header, `an FP32 element is of type ${typeof element}; send numbers`);
}

function parseBase64(header: TensorHeader, element: unknown): Uint8Array {
  if (typeof element === "string" && element.length % 4 === 0 && !NOT_BASE64.test(element)) {
    return Buffer.from(element, "base64");
  }
  throw invalid(header, "a BYTES element is not base64; in JSON send base64 strings, or use the binary data extension");
}

function invalid(header: TensorHeader, description: string): StraightLineError {
  return invalidField(`inputs.${header.name}.data`, description);
}
