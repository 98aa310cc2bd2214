// Original file: inference/grpc_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One tensor.
 */
export interface _inference_ModelMetadataResponse_TensorMetadata {
  /**
   * Tensor name.
   */
  'name'?: (string);
  /**
   * Data type, for example FP32 or BYTES.
   */
  'datatype'?: (string);
  /**
   * Shape; -1 for a variable dimension.
   */
  'shape'?: (number | string | Long)[];
}

/**
 * One tensor.
 */
export interface _inference_ModelMetadataResponse_TensorMetadata__Output {
  /**
   * Tensor name.
   */
  'name': (string);
  /**
   * Data type, for example FP32 or BYTES.
   */
  'datatype': (string);
  /**
   * Shape; -1 for a variable dimension.
   */
  'shape': (number)[];
}

/**
 * A model's inputs and outputs.
 */
export interface ModelMetadataResponse {
  /**
   * Model name.
   */
  'name'?: (string);
  /**
   * Versions to be had.
   */
  'versions'?: (string)[];
  /**
   * Kind of model, for example onnxruntime_onnx.
   */
  'platform'?: (string);
  /**
   * Inputs.
   */
  'inputs'?: (_inference_ModelMetadataResponse_TensorMetadata)[];
  /**
   * Outputs.
   */
  'outputs'?: (_inference_ModelMetadataResponse_TensorMetadata)[];
}

/**
 * A model's inputs and outputs.
 */
export interface ModelMetadataResponse__Output {
  /**
   * Model name.
   */
  'name': (string);
  /**
   * Versions to be had.
   */
  'versions': (string)[];
  /**
   * Kind of model, for example onnxruntime_onnx.
   */
  'platform': (string);
  /**
   * Inputs.
   */
  'inputs': (_inference_ModelMetadataResponse_TensorMetadata__Output)[];
  /**
   * Outputs.
   */
  'outputs': (_inference_ModelMetadataResponse_TensorMetadata__Output)[];
}
