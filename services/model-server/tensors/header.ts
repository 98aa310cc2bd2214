import { invalidField } from "../../common/errors/index.js";
import type { Datatype, TensorHeader } from "./types.js";

/** What a client announces for a tensor, not yet checked. */
export interface UncheckedHeader {
  readonly name?: unknown;
  readonly datatype?: unknown;
  readonly shape?: unknown;
}

/** Most elements of a tensor, so that the product of a shape stays a number that can be reckoned with. */
const MAX_ELEMENTS = 64 * 1024 * 1024;

/**
 * Checks what a client announces for a tensor. Throws INVALID_REQUEST that names the tensor, the fault and the remedy.
 */
export function parseTensorHeader({ name, datatype, shape }: UncheckedHeader): TensorHeader {
  if (typeof name !== "string" || name === "") {
    throw invalidField(
      "inputs.name",
      `${JSON.stringify(name)} is no name; give every input the name of one of the model's inputs`,
    );
  }
  const header = { name, datatype: parseDatatype(name, datatype), shape: parseShape(name, shape) };
  if (elementCount(header) > MAX_ELEMENTS) {
    throw invalidField(
      `inputs.${name}.shape`,
      `[${header.shape.join(",")}] has more than ${MAX_ELEMENTS} elements; send fewer at a time`,
    );
  }
  return header;
}

/** The number of elements that a shape holds. */
export function elementCount(header: Pick<TensorHeader, "shape">): number {
  return header.shape.reduce((product, size) => product * size, 1);
}

function parseDatatype(name: string, datatype: unknown): Datatype {
  if (datatype === "FP32" || datatype === "BYTES") return datatype;
  throw invalidField(
    `inputs.${name}.datatype`,
    `${JSON.stringify(datatype)} is not taken; send FP32 or BYTES, as the model's metadata says`,
  );
}

function parseShape(name: string, shape: unknown): number[] {
  const sizes: unknown[] = Array.isArray(shape) ? shape : [];
  if (sizes.length === 0 || !sizes.every(isDimension)) {
    throw invalidField(
      `inputs.${name}.shape`,
      `${JSON.stringify(shape)} is no shape; send whole numbers of at least 1, for example [1]`,
    );
  }
  return sizes;
}

function isDimension(size: unknown): size is number {
  return typeof size === "number" && Number.isSafeInteger(size) && size >= 1;
}
