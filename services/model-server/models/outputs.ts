import { invalidField, StraightLineError } from "../../common/errors/index.js";
import type { ModelDefinition } from "../../common/model/index.js";
import type { NetworkTensor } from "../onnx/index.js";
import type { Tensor } from "../tensors/index.js";
import { modelMetadata } from "./metadata.js";

/** Throws INVALID_REQUEST when a wanted output is not one of the model's. */
export function assertOutputsKnown(definition: ModelDefinition, wanted: readonly string[]): void {
  const known = modelMetadata(definition).outputs.map(({ name }) => name);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalidField("outputs", `the model has no output "${unknown}"; ask for ${known.join(", ")}, or name none to get all`);
  }
}

/** Rows of probabilities, one an image, from what the network gives. Throws ARTIFACT_INVALID when it has other columns than labels. */
export function toProbabilities(definition: ModelDefinition, output: NetworkTensor): Float32Array[] {
  const columns = definition.labels.length;
  if (output.shape.length !== 2 || output.shape[1] !== columns) {
    throw new StraightLineError(
      "ARTIFACT_INVALID",
      `model "${definition.name}" gives shape [${output.shape.join(",")}] for ${columns} labels; name as many labels in model.json as the network has columns`,
    );
  }
  const rows = Array.from({ length: output.shape[0] ?? 0 }, (_, row) => output.data.slice(row * columns, (row + 1) * columns));
  return definition.activation === "softmax" ? rows.map(softmax) : rows;
}

/** exp(x - max) / sum: taking the maximum away keeps exp from overflowing. */
export function softmax(logits: Float32Array): Float32Array {
  const max = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - max));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The three outputs of a classifier: the likeliest label, its probability, and every class's. Of equals the first wins. */
export function classificationOutputs(definition: ModelDefinition, rows: readonly Float32Array[], batch: number): Tensor[] {
  const best = rows.map((row) => row.indexOf(Math.max(...row)));
  const labels = best.map((column) => Buffer.from(definition.labels[column] ?? "", "utf8"));
  const probabilities = Float32Array.from(rows, (row, index) => row[best[index] ?? 0] ?? 0);
  const scores = Float32Array.from(rows.flatMap((row) => [...row]));
  return [
    { name: "label", datatype: "BYTES", shape: [batch], data: labels },
    { name: "probability", datatype: "FP32", shape: [batch], data: probabilities },
    { name: "scores", datatype: "FP32", shape: [batch, definition.labels.length], data: scores },
  ];
}
