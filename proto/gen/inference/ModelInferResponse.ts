// Original file: inference/grpc_service.proto

import type { InferParameter as _inference_InferParameter, InferParameter__Output as _inference_InferParameter__Output } from '../inference/InferParameter.js';
import type { InferTensorContents as _inference_InferTensorContents, InferTensorContents__Output as _inference_InferTensorContents__Output } from '../inference/InferTensorContents.js';
import type { Long } from '@grpc/proto-loader';

/**
 * An output tensor.
 */
export interface _inference_ModelInferResponse_InferOutputTensor {
  /**
   * Tensor name.
   */
  'name'?: (string);
  /**
   * Data type.
   */
  'datatype'?: (string);
  /**
   * Shape.
   */
  'shape'?: (number | string | Long)[];
  /**
   * Optional parameters.
   */
  'parameters'?: ({[key: string]: _inference_InferParameter});
  /**
   * Data, unless it stands in raw_output_contents.
   */
  'contents'?: (_inference_InferTensorContents | null);
}

/**
 * An output tensor.
 */
export interface _inference_ModelInferResponse_InferOutputTensor__Output {
  /**
   * Tensor name.
   */
  'name': (string);
  /**
   * Data type.
   */
  'datatype': (string);
  /**
   * Shape.
   */
  'shape': (number)[];
  /**
   * Optional parameters.
   */
  'parameters': ({[key: string]: _inference_InferParameter__Output});
  /**
   * Data, unless it stands in raw_output_contents.
   */
  'contents': (_inference_InferTensorContents__Output | null);
}

/**
 * The answer to an inference.
 */
export interface ModelInferResponse {
  /**
   * Model name.
   */
  'modelName'?: (string);
  /**
   * Model version.
   */
  'modelVersion'?: (string);
  /**
   * The caller's own id.
   */
  'id'?: (string);
  /**
   * Optional parameters.
   */
  'parameters'?: ({[key: string]: _inference_InferParameter});
  /**
   * Outputs.
   */
  'outputs'?: (_inference_ModelInferResponse_InferOutputTensor)[];
  /**
   * Outputs' bytes in order of `outputs`.
   */
  'rawOutputContents'?: (Buffer | Uint8Array | string)[];
}

/**
 * The answer to an inference.
 */
export interface ModelInferResponse__Output {
  /**
   * Model name.
   */
  'modelName': (string);
  /**
   * Model version.
   */
  'modelVersion': (string);
  /**
   * The caller's own id.
   */
  'id': (string);
  /**
   * Optional parameters.
   */
  'parameters': ({[key: string]: _inference_InferParameter__Output});
  /**
   * Outputs.
   */
  'outputs': (_inference_ModelInferResponse_InferOutputTensor__Output)[];
  /**
   * Outputs' bytes in order of `outputs`.
   */
  'rawOutputContents': (Buffer)[];
}
