import type {
  _inference_ModelInferRequest_InferInputTensor__Output as InferInputTensor,
  ModelInferRequest__Output as ModelInferRequest,
} from "../../../proto/gen/inference/ModelInferRequest.js";
import type { ModelInferResponse } from "../../../proto/gen/inference/ModelInferResponse.js";
import { invalidField } from "../../common/errors/index.js";
import type { ModelMetadata } from "../models/index.js";
import type { InferenceCall } from "../serving/index.js";
import {
  decodeRawTensor,
  elementCount,
  encodeRawTensor,
  parseTensorHeader,
  type Tensor,
  type TensorHeader,
} from "../tensors/index.js";

/** Reads an infer request, with typed or raw contents. Throws INVALID_REQUEST that names the fault. */
export function parseInferMessage(request: ModelInferRequest): InferenceCall {
  const { id, inputs, outputs, rawInputContents } = request;
  return {
    id,
    inputs: rawInputContents.length > 0 ? rawTensors(inputs, rawInputContents) : inputs.map(typedTensor),
    wantedOutputs: outputs.map(({ name }) => name),
  };
}

/** Writes an infer answer; raw when the request was raw, since a caller reads what it writes. */
export function encodeInferMessage(
  request: ModelInferRequest,
  { name, versions }: ModelMetadata,
  outputs: readonly Tensor[],
): ModelInferResponse {
  const raw = request.rawInputContents.length > 0;
  return {
    modelName: name,
    modelVersion: versions[0] ?? "",
    id: request.id,
    outputs: outputs.map((tensor) => ({
      name: tensor.name,
      datatype: tensor.datatype,
      shape: [...tensor.shape],
      ...(raw ? {} : { contents: typedContents(tensor) }),
    })),
    rawOutputContents: raw ? outputs.map(encodeRawTensor) : [],
  };
}

function rawTensors(inputs: readonly InferInputTensor[], contents: readonly Buffer[]): Tensor[] {
  if (contents.length !== inputs.length || inputs.some((input) => input.contents !== null)) {
    throw invalidField(
      "raw_input_contents",
      `${contents.length} entries for ${inputs.length} inputs; send one for every input, and then no contents in the inputs`,
    );
  }
  return inputs.map((input, index) => decodeRawTensor(parseTensorHeader(input), contents[index] ?? Buffer.alloc(0)));
}

function typedTensor(input: InferInputTensor): Tensor {
  const header = parseTensorHeader(input);
  const { fp32Contents = [], bytesContents = [] } = input.contents ?? {};
  if (header.datatype === "FP32") {
    assertFilled(header, "fp32_contents", fp32Contents.length);
    return { ...header, datatype: "FP32", data: Float32Array.from(fp32Contents) };
  }
  assertFilled(header, "bytes_contents", bytesContents.length);
  return { ...header, datatype: "BYTES", data: bytesContents };
}

function assertFilled(header: TensorHeader, field: string, count: number): void {
  if (count === elementCount(header)) return;
  throw invalidField(
    `inputs.${header.name}.contents.${field}`,
    `${count} elements do not fill shape [${header.shape.join(",")}]; send ${elementCount(header)}, or raw_input_contents`,
  );
}

function typedContents(tensor: Tensor): { fp32Contents: number[] } | { bytesContents: Uint8Array[] } {
  return tensor.datatype === "FP32" ? { fp32Contents: [...tensor.data] } : { bytesContents: [...tensor.data] };
}
