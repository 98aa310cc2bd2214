import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelDefinition } from "../../common/model/index.js";
import { assertOutputsKnown, classificationOutputs, softmax, toProbabilities } from "./outputs.js";

const DEFINITION: ModelDefinition = {
  name: "m",
  version: "1",
  platform: "onnxruntime_onnx",
  inputName: "x",
  outputName: "y",
  activation: "none",
  labels: ["cat", "dog"],
  preprocessing: {
    width: 1,
    height: 1,
    fit: "stretch",
    channels: "rgb",
    layout: "NCHW",
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
};

test("the likeliest label comes with its probability and all scores", () => {
  const rows = [Float32Array.of(0.25, 0.75), Float32Array.of(1, 0)];
  const [label, probability, scores] = classificationOutputs(DEFINITION, rows, 2);
  assert.deepEqual(label?.data, [Buffer.from("dog"), Buffer.from("cat")]);
  assert.deepEqual(probability?.data, Float32Array.of(0.75, 1));
  assert.deepEqual(scores?.shape, [2, 2]);
});

test("of two equal scores the first label wins", () => {
  const [label] = classificationOutputs(DEFINITION, [Float32Array.of(0.5, 0.5)], 1);
  assert.deepEqual(label?.data, [Buffer.from("cat")]);
});

test("softmax adds up to one, even for logits that would overflow", () => {
  // e^0 / (e^0 + e^-1) = 0.731
  const [high = 0, low = 0] = softmax(Float32Array.of(1000, 999));
  assert.ok(Math.abs(high - 0.7311) < 1e-4, String(high));
  assert.ok(Math.abs(high + low - 1) < 1e-6);
});

test("logits go through softmax only when the model says so", () => {
  const output = { data: Float32Array.of(0, 0), shape: [1, 2] };
  assert.deepEqual(toProbabilities(DEFINITION, output), [Float32Array.of(0, 0)]);
  assert.deepEqual(toProbabilities({ ...DEFINITION, activation: "softmax" }, output), [Float32Array.of(0.5, 0.5)]);
});

test("a network with other columns than labels is refused", () => {
  assert.throws(
    () => toProbabilities(DEFINITION, { data: new Float32Array(3), shape: [1, 3] }),
    /gives shape \[1,3\] for 2 labels/,
  );
});

test("an output that the model does not have is refused", () => {
  assert.throws(
    () => assertOutputsKnown(DEFINITION, ["label", "boxes"]),
    /no output "boxes"; ask for label, probability, scores/,
  );
});
