import { invalidField } from "../../common/errors/index.js";
import { IMAGE_INPUT } from "../models/index.js";
import type { InferenceCall } from "../serving/index.js";
import { decodeJsonTensor, decodeRawTensor, parseTensorHeader, type Tensor } from "../tensors/index.js";

/** How an answer is to be written. */
export type AnswerForm =
  | { readonly type: "json" }
  /** The binary data extension, for outputs of which `isBinary` is true. */
  | { readonly type: "binary"; readonly isBinary: (output: string) => boolean };

/** A request as read from HTTP. */
export interface RestInferRequest extends InferenceCall {
  readonly form: AnswerForm;
}

/** Headers that tell how a body is to be read. */
export interface InferHeaders {
  readonly contentType: string;
  /** Value of Inference-Header-Content-Length, which marks the binary data extension. */
  readonly jsonLength: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the body of an infer request: JSON, JSON followed by raw tensors (the binary data extension), or, our own
 * extension, one encoded image as it is. Throws INVALID_REQUEST that names the fault.
 */
export function parseInferRequest(body: Buffer, { contentType, jsonLength }: InferHeaders): RestInferRequest {
  if (jsonLength !== undefined) return parseProtocolRequest(body, parseJsonLength(jsonLength, body.byteLength));
  if (isImage(contentType)) return imageRequest(body);
  return parseProtocolRequest(body, body.byteLength);
}

function isImage(contentType: string): boolean {
  return contentType.startsWith("image/") || contentType.startsWith("application/octet-stream");
}

function imageRequest(image: Buffer): RestInferRequest {
  const input: Tensor = { name: IMAGE_INPUT, datatype: "BYTES", shape: [1], data: [image] };
  return { id: "", inputs: [input], wantedOutputs: [], form: { type: "json" } };
}

function parseJsonLength(text: string, bodyBytes: number): number {
  const length = Number(text);
  if (/^\d+$/.test(text) && length <= bodyBytes) return length;
  throw invalidField(
    "Inference-Header-Content-Length",
    `${JSON.stringify(text)} must be the number of bytes of JSON at the begin of the body, which has ${bodyBytes}`,
  );
}

function parseProtocolRequest(body: Buffer, jsonBytes: number): RestInferRequest {
  const root = fieldsOf("body", parseJson(body.subarray(0, jsonBytes)));
  const outputs = listOf("outputs", root["outputs"] ?? []).map((output) => fieldsOf("outputs", output));
  return {
    id: typeof root["id"] === "string" ? root["id"] : "",
    inputs: parseInputs(root["inputs"], body.subarray(jsonBytes)),
    wantedOutputs: outputs.map((output) => String(output["name"])),
    form: parseForm(root, outputs),
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw invalidField(
      "body",
      "it is not JSON; send an infer request in JSON, or an image with its Content-Type, for example image/png",
    );
  }
}

/** Inputs take their raw bytes from the tail of the body in the order in which they stand. */
function parseInputs(inputs: unknown, tail: Buffer): Tensor[] {
  let offset = 0;
  const tensors = listOf("inputs", inputs).map((entry) => {
    const input = fieldsOf("inputs", entry);
    const header = parseTensorHeader(input);
    const size = parametersOf(input)["binary_data_size"];
    if (size === undefined) return decodeJsonTensor(header, input["data"]);
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0 || offset + size > tail.byteLength) {
      throw invalidField(
        `inputs.${header.name}.parameters.binary_data_size`,
        `${JSON.stringify(size)} does not fit the ${tail.byteLength - offset} bytes that are left of the body`,
      );
    }
    offset += size;
    return decodeRawTensor(header, tail.subarray(offset - size, offset));
  });
  if (offset !== tail.byteLength) {
    throw invalidField(
      "body",
      `${tail.byteLength - offset} bytes at its end belong to no input; give every raw input its binary_data_size`,
    );
  }
  return tensors;
}

function parseForm(root: Fields, outputs: readonly Fields[]): AnswerForm {
  const binaryByDefault = parametersOf(root)["binary_data_output"] === true;
  const choices = new Map(outputs.map((output) => [output["name"], parametersOf(output)["binary_data"]]));
  const isBinary = (output: string): boolean => (choices.get(output) ?? binaryByDefault) === true;
  return binaryByDefault || [...choices.values()].includes(true) ? { type: "binary", isBinary } : { type: "json" };
}

function parametersOf(owner: Fields): Fields {
  return fieldsOf("parameters", owner["parameters"] ?? {});
}

function fieldsOf(field: string, value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalidField(field, `${JSON.stringify(value) ?? "nothing"} is not a JSON object`);
}

function listOf(field: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidField(field, `${JSON.stringify(value) ?? "nothing"} is not a JSON array`);
}
