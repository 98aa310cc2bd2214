import type { ModelDefinition } from "../../common/model/index.js";
import { channelCount } from "../images/index.js";
import type { ModelMetadata } from "./types.js";

/** Name of the input that takes encoded images. */
export const IMAGE_INPUT = "image";

/** Shape of the network's input for a number of images; -1 for any number. */
export function inputShape({ preprocessing }: ModelDefinition, batch: number): number[] {
  const { width, height, layout } = preprocessing;
  const channels = channelCount(preprocessing);
  return layout === "NCHW" ? [batch, channels, height, width] : [batch, height, width, channels];
}

/** What the protocol tells of a classifier. Its two inputs are alternatives: a request has exactly one of them. */
export function modelMetadata(definition: ModelDefinition): ModelMetadata {
  return {
    name: definition.name,
    versions: [definition.version],
    platform: definition.platform,
    inputs: [
      { name: IMAGE_INPUT, datatype: "BYTES", shape: [-1] },
      { name: definition.inputName, datatype: "FP32", shape: inputShape(definition, -1) },
    ],
    outputs: [
      { name: "label", datatype: "BYTES", shape: [-1] },
      { name: "probability", datatype: "FP32", shape: [-1] },
      { name: "scores", datatype: "FP32", shape: [-1, definition.labels.length] },
    ],
  };
}
