import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { StraightLineError } from "../../common/errors/index.js";
import { readModelDefinition } from "../../common/model/index.js";
import { createImageDecoder } from "../images/index.js";
import { createOnnxSession } from "../onnx/index.js";
import { createClassifier } from "./classifier.js";
import type { Model } from "./types.js";

/** Where models are and how they are run. */
export interface ModelDirectoryOptions {
  /** Holds a directory per model: `<name>/model.json` and `<name>/model.onnx`. */
  readonly directory: string;
  /** Threads of one run of a network. */
  readonly threads: number;
  /** Most images of one request. */
  readonly maxBatch: number;
  /** Most pixels of one image. */
  readonly maxImagePixels: number;
}

/**
 * Loads every model of a directory and runs each once. Rejects with ARTIFACT_INVALID when there is none or one is unfit:
 * a server that lacks a model it was given should not become ready.
 */
export async function loadModels(options: ModelDirectoryOptions): Promise<ReadonlyMap<string, Model>> {
  const names = await modelNames(options.directory);
  const decodeImage = await createImageDecoder(options);
  const models = new Map<string, Model>();
  for (const name of names) {
    const definition = await readModelDefinition(join(options.directory, name, "model.json"), name);
    const session = await createOnnxSession({
      modelPath: join(options.directory, name, "model.onnx"),
      inputName: definition.inputName,
      outputName: definition.outputName,
      threads: options.threads,
    });
    const model = createClassifier({ definition, session, decodeImage, maxBatch: options.maxBatch });
    await model.warmUp();
    models.set(name, model);
  }
  return models;
}

async function modelNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new StraightLineError("ARTIFACT_INVALID", `the models' directory ${directory} cannot be read; name one that exists`, {
      cause,
    });
  });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (names.length === 0) {
    throw new StraightLineError(
      "ARTIFACT_INVALID",
      `there is no model in ${directory}; put one in as <name>/model.json and <name>/model.onnx`,
    );
  }
  return names.sort();
}
