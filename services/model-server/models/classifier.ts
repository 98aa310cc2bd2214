import { invalidField } from "../../common/errors/index.js";
import type { ModelDefinition } from "../../common/model/index.js";
import { SPAN } from "../../common/observe/index.js";
import { type DecodeImage, imageElements, normalise } from "../images/index.js";
import type { OnnxSession } from "../onnx/index.js";
import type { BytesTensor, Fp32Tensor, Tensor } from "../tensors/index.js";
import { IMAGE_INPUT, inputShape, modelMetadata } from "./metadata.js";
import { assertOutputsKnown, classificationOutputs, toProbabilities } from "./outputs.js";
import type { InferenceContext, Model } from "./types.js";

/** What a classifier is made of. */
export interface ClassifierParts {
  readonly definition: ModelDefinition;
  readonly session: OnnxSession;
  readonly decodeImage: DecodeImage;
  /** Most images of one request. */
  readonly maxBatch: number;
}

/** A model that tells the class of images, fed with encoded images or with the network's own input tensor. */
export function createClassifier(parts: ClassifierParts): Model {
  const { definition, session } = parts;
  const classify = async (input: Fp32Tensor): Promise<Tensor[]> => {
    const scores = toProbabilities(definition, await session.run(input));
    return classificationOutputs(definition, scores, input.shape[0] ?? 1);
  };
  return {
    metadata: modelMetadata(definition),
    async infer(inputs, wantedOutputs, context) {
      assertOutputsKnown(definition, wantedOutputs);
      const input = selectInput(parts, inputs);
      const tensor =
        input.datatype === "FP32" ? input : await context.stage(SPAN.modelDecode, () => decodeBatch(parts, input, context));
      context.signal.throwIfAborted();
      const outputs = await context.stage(SPAN.modelRun, () => classify(tensor));
      return wantedOutputs.length === 0 ? outputs : outputs.filter(({ name }) => wantedOutputs.includes(name));
    },
    async warmUp() {
      const shape = inputShape(definition, 1);
      const data = new Float32Array(imageElements(definition.preprocessing));
      await classify({ name: definition.inputName, datatype: "FP32", shape, data });
    },
    release: () => session.release(),
  };
}

function selectInput(parts: ClassifierParts, inputs: readonly Tensor[]): Tensor {
  const { definition } = parts;
  const known = `"${IMAGE_INPUT}" (BYTES) or "${definition.inputName}" (FP32)`;
  const [input, second] = inputs;
  if (input === undefined) throw invalidField("inputs", `there is none; send ${known}`);
  if (second !== undefined) throw invalidField("inputs", `there are ${inputs.length}; send one, ${known}`);
  const datatype = { [IMAGE_INPUT]: "BYTES", [definition.inputName]: "FP32" }[input.name];
  if (datatype === undefined) throw invalidField("inputs", `the model has no input "${input.name}"; send ${known}`);
  if (datatype !== input.datatype) {
    throw invalidField(`inputs.${input.name}.datatype`, `${input.datatype} is not what this input takes; send ${datatype}`);
  }
  assertShape(parts, input);
  return input;
}

function assertShape({ definition, maxBatch }: ClassifierParts, input: Tensor): void {
  const batch = input.shape[0] ?? 0;
  const wanted = input.datatype === "BYTES" ? [batch] : inputShape(definition, batch);
  const field = `inputs.${input.name}.shape`;
  if (input.shape.join() !== wanted.join()) {
    const example = ["N", ...wanted.slice(1)].join(",");
    throw invalidField(field, `[${input.shape.join(",")}] does not fit; send [${example}], N being the number of images`);
  }
  if (batch > maxBatch) throw invalidField(field, `${batch} images are more than one request may have; send at most ${maxBatch}`);
}

async function decodeBatch(parts: ClassifierParts, images: BytesTensor, context: InferenceContext): Promise<Fp32Tensor> {
  const { definition, decodeImage } = parts;
  const size = imageElements(definition.preprocessing);
  const data = new Float32Array(size * images.data.length);
  for (const [index, encoded] of images.data.entries()) {
    context.signal.throwIfAborted();
    const pixels = await decodeImage(encoded, definition.preprocessing);
    normalise(pixels, definition.preprocessing, data.subarray(index * size, (index + 1) * size));
  }
  return { name: definition.inputName, datatype: "FP32", shape: inputShape(definition, images.data.length), data };
}
