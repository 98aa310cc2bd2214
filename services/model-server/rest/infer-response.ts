import type { ModelMetadata } from "../models/index.js";
import { encodeJsonTensor, encodeRawTensor, type Tensor } from "../tensors/index.js";
import type { AnswerForm } from "./infer-request.js";

/** A body with the headers that describe it. */
export interface EncodedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What an inference's answer says. */
export interface InferAnswer {
  readonly model: ModelMetadata;
  /** The caller's own id; empty: none. */
  readonly id: string;
  readonly outputs: readonly Tensor[];
}

/** Writes an infer answer: JSON, or JSON followed by raw tensors when the caller asked for some. */
export function encodeInferAnswer(answer: InferAnswer, form: AnswerForm): EncodedAnswer {
  const raw: Buffer[] = [];
  const outputs = answer.outputs.map((tensor) => {
    const { name, datatype, shape } = tensor;
    if (form.type === "json" || !form.isBinary(name)) return { name, datatype, shape, data: encodeJsonTensor(tensor) };
    const bytes = encodeRawTensor(tensor);
    raw.push(bytes);
    return { name, datatype, shape, parameters: { binary_data_size: bytes.byteLength } };
  });
  const json = Buffer.from(JSON.stringify({ ...identityOf(answer), outputs }));
  if (form.type === "json") return { headers: { "content-type": "application/json" }, body: json };
  return {
    headers: { "content-type": "application/octet-stream", "inference-header-content-length": String(json.byteLength) },
    body: Buffer.concat([json, ...raw]),
  };
}

function identityOf({ model, id }: InferAnswer): Record<string, string> {
  const version = model.versions[0] ?? "";
  return { model_name: model.name, model_version: version, ...(id === "" ? {} : { id }) };
}
