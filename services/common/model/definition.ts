import { readFile } from "node:fs/promises";
import { StraightLineError } from "../errors/index.js";
import type { Preprocessing } from "./preprocessing.js";

/** What a model.json says of an image classifier. */
export interface ModelDefinition {
  /** Name under which clients address the model: the name of its directory. */
  readonly name: string;
  /** Version that clients may ask for. */
  readonly version: string;
  /** Kind of model in the protocol's words, for example onnxruntime_onnx. */
  readonly platform: string;
  /** The network's input: FP32, one batch of images in the layout of `preprocessing`. Clients may feed it directly. */
  readonly inputName: string;
  /** The network's output: FP32 [N, number of labels]. */
  readonly outputName: string;
  /** `softmax` when the network gives logits, `none` when it gives probabilities. */
  readonly activation: "none" | "softmax";
  /** Label of each column of the output. */
  readonly labels: readonly string[];
  /** How an encoded image becomes the network's input. */
  readonly preprocessing: Preprocessing;
}

type Fields = Readonly<Record<string, unknown>>;

/** Largest side of a model's input that we believe, pixels. */
const MAX_SIDE_PIXELS = 4096;

/** Checks the content of a model.json. Throws ARTIFACT_INVALID that names the first field at fault, its value and the remedy. */
export function parseModelDefinition(name: string, json: unknown): ModelDefinition {
  const root = fieldsOf(name, "the file", json);
  const input = fieldsOf(name, "input", root["input"]);
  const output = fieldsOf(name, "output", root["output"]);
  return {
    name,
    version: text(name, "version", root["version"]),
    platform: text(name, "platform", root["platform"]),
    inputName: text(name, "input.name", input["name"]),
    outputName: text(name, "output.name", output["name"]),
    activation: oneOf(name, "output.activation", output["activation"], ["none", "softmax"] as const),
    labels: list(name, "labels", root["labels"]).map((label) => text(name, "labels", label)),
    preprocessing: parsePreprocessing(name, fieldsOf(name, "preprocessing", root["preprocessing"])),
  };
}

/** Reads a model.json. Rejects with ARTIFACT_INVALID as `parseModelDefinition` does, and when the file is missing or no JSON. */
export async function readModelDefinition(path: string, name: string): Promise<ModelDefinition> {
  try {
    return parseModelDefinition(name, JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    if (cause instanceof StraightLineError) throw cause;
    throw new StraightLineError("ARTIFACT_INVALID", `${path} is missing or is not JSON; describe the model in it`, { cause });
  }
}

function parsePreprocessing(name: string, fields: Fields): Preprocessing {
  const channels = oneOf(name, "preprocessing.channels", fields["channels"], ["rgb", "bgr", "gray"] as const);
  return {
    width: pixels(name, "preprocessing.width", fields["width"]),
    height: pixels(name, "preprocessing.height", fields["height"]),
    fit: oneOf(name, "preprocessing.fit", fields["fit"], ["stretch", "pad-right"] as const),
    channels,
    layout: oneOf(name, "preprocessing.layout", fields["layout"], ["NCHW", "NHWC"] as const),
    scale: number(name, "preprocessing.scale", fields["scale"]),
    mean: perChannel(name, "preprocessing.mean", fields["mean"], channels),
    std: perChannel(name, "preprocessing.std", fields["std"], channels),
  };
}

function fieldsOf(name: string, field: string, value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Fields;
  }
  throw fault(name, field, value, "an object");
}

function text(name: string, field: string, value: unknown): string {
  if (typeof value === "string" && value !== "") {
    return value;
  }
  throw fault(name, field, value, "a non-empty string");
}

function number(name: string, field: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) {
    return value;
  }
  throw fault(name, field, value, "a number");
}

function pixels(name: string, field: string, value: unknown): number {
  if (Number.isInteger(value) && number(name, field, value) >= 1 && number(name, field, value) <= MAX_SIDE_PIXELS) {
    return number(name, field, value);
  }
  throw fault(name, field, value, `a whole number of pixels from 1 to ${MAX_SIDE_PIXELS}`);
}

function list(name: string, field: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) {
    return value;
  }
  throw fault(name, field, value, "a non-empty array");
}

function perChannel(name: string, field: string, value: unknown, channels: Preprocessing["channels"]): readonly number[] {
  const values = list(name, field, value).map((entry) => number(name, field, entry));
  const [count, wanted] = channels === "gray" ? [1, "one number"] : [3, "three numbers"];
  if (values.length !== count) {
    throw fault(name, field, value, `${wanted}, one a channel`);
  }
  return values;
}

function oneOf<T extends string>(name: string, field: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((entry) => entry === value);
  if (found !== undefined) {
    return found;
  }
  throw fault(name, field, value, `one of ${allowed.join(", ")}`);
}

function fault(name: string, field: string, value: unknown, wanted: string): StraightLineError {
  const shown = JSON.stringify(value) ?? "nothing";
  return new StraightLineError("ARTIFACT_INVALID", `model.json of model "${name}": ${field} is ${shown}; it must be ${wanted}`);
}
