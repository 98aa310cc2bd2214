// Original file: inference/grpc_service.proto

import type { InferParameter as _inference_InferParameter, InferParameter__Output as _inference_InferParameter__Output } from '../inference/InferParameter.js';
import type { InferTensorContents as _inference_InferTensorContents, InferTensorContents__Output as _inference_InferTensorContents__Output } from '../inference/InferTensorContents.js';
import type { Long } from '@grpc/proto-loader';

/**
 * An input tensor.
 */
export interface _inference_ModelInferRequest_InferInputTensor {
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
   * Data, unless it stands in raw_input_contents.
   */
  'contents'?: (_inference_InferTensorContents | null);
}

/**
 * An input tensor.
 */
export interface _inference_ModelInferRequest_InferInputTensor__Output {
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
   * Data, unless it stands in raw_input_contents.
   */
  'contents': (_inference_InferTensorContents__Output | null);
}

/**
 * An output asked for.
 */
export interface _inference_ModelInferRequest_InferRequestedOutputTensor {
  /**
   * Tensor name.
   */
  'name'?: (string);
  /**
   * Optional parameters.
   */
  'parameters'?: ({[key: string]: _inference_InferParameter});
}

/**
 * An output asked for.
 */
export interface _inference_ModelInferRequest_InferRequestedOutputTensor__Output {
  /**
   * Tensor name.
   */
  'name': (string);
  /**
   * Optional parameters.
   */
  'parameters': ({[key: string]: _inference_InferParameter__Output});
}

/**
 * One inference.
 */
export interface ModelInferRequest {
  /**
   * Model name.
   */
  'modelName'?: (string);
  /**
   * Model version; empty: the server's choice.
   */
  'modelVersion'?: (string);
  /**
   * The caller's own id, echoed.
   */
  'id'?: (string);
  /**
   * Optional parameters.
   */
  'parameters'?: ({[key: string]: _inference_InferParameter});
  /**
   * Inputs.
   */
  'inputs'?: (_inference_ModelInferRequest_InferInputTensor)[];
  /**
   * Outputs wanted; empty: all.
   */
  'outputs'?: (_inference_ModelInferRequest_InferRequestedOutputTensor)[];
  /**
   * Inputs' bytes in order of `inputs`; then no input has contents.
   */
  'rawInputContents'?: (Buffer | Uint8Array | string)[];
}

/**
 * One inference.
 */
export interface ModelInferRequest__Output {
  /**
   * Model name.
   */
  'modelName': (string);
  /**
   * Model version; empty: the server's choice.
   */
  'modelVersion': (string);
  /**
   * The caller's own id, echoed.
   */
  'id': (string);
  /**
   * Optional parameters.
   */
  'parameters': ({[key: string]: _inference_InferParameter__Output});
  /**
   * Inputs.
   */
  'inputs': (_inference_ModelInferRequest_InferInputTensor__Output)[];
  /**
   * Outputs wanted; empty: all.
   */
  'outputs': (_inference_ModelInferRequest_InferRequestedOutputTensor__Output)[];
  /**
   * Inputs' bytes in order of `inputs`; then no input has contents.
   */
  'rawInputContents': (Buffer)[];
}
