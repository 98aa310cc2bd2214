export { loadModels, type ModelDirectoryOptions } from "./directory.js";
export { IMAGE_INPUT } from "./metadata.js";
export type { InferenceContext, Model, ModelMetadata, TensorMetadata } from "./types.js";
