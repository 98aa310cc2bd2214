import type { Tensor } from "../tensors/index.js";

/** A tensor that a model takes or gives; -1 stands for a dimension of any size. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Tensor["datatype"];
  readonly shape: readonly number[];
}

/** What the protocol tells of a model. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

/** What an inference needs of its request. */
export interface InferenceContext {
  /** Ends the work between its steps; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Runs a step of the inference under a span of the given name. */
  readonly stage: <T>(span: string, work: () => Promise<T>) => Promise<T>;
}

/** A loaded model. */
export interface Model {
  readonly metadata: ModelMetadata;
  /**
   * Runs one request and gives the wanted outputs, or all when none is named. Rejects with INVALID_REQUEST for inputs or
   * outputs that the model does not have and for images that cannot be decoded.
   */
  infer(inputs: readonly Tensor[], wantedOutputs: readonly string[], context: InferenceContext): Promise<readonly Tensor[]>;
  /** Runs the network once, so that the first request does not pay for lazy allocation. Rejects when the model is unfit. */
  warmUp(): Promise<void>;
  /** Frees the network. */
  release(): Promise<void>;
}
