/** Numbers of a tensor, in row-major order. */
export interface Fp32Tensor {
  readonly name: string;
  readonly datatype: "FP32";
  /** Sizes of the dimensions; their product is the number of elements. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Opaque byte strings of a tensor, in row-major order. */
export interface BytesTensor {
  readonly name: string;
  readonly datatype: "BYTES";
  /** Sizes of the dimensions; their product is the number of elements. */
  readonly shape: readonly number[];
  readonly data: readonly Uint8Array[];
}

/** A tensor of one of the datatypes that image classifiers need. */
export type Tensor = Fp32Tensor | BytesTensor;

/** The datatypes of the Open Inference Protocol that this server takes and gives. */
export type Datatype = Tensor["datatype"];

/** A tensor as announced, before its data is read. */
export interface TensorHeader {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}
