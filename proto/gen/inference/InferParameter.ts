// Original file: inference/grpc_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A parameter's value.
 */
export interface InferParameter {
  /**
   * Boolean.
   */
  'boolParam'?: (boolean);
  /**
   * Integer.
   */
  'int64Param'?: (number | string | Long);
  /**
   * Text.
   */
  'stringParam'?: (string);
  /**
   * Double.
   */
  'doubleParam'?: (number | string);
  /**
   * Unsigned integer.
   */
  'uint64Param'?: (number | string | Long);
  /**
   * The one.
   */
  'parameterChoice'?: "boolParam"|"int64Param"|"stringParam"|"doubleParam"|"uint64Param";
}

/**
 * A parameter's value.
 */
export interface InferParameter__Output {
  /**
   * Boolean.
   */
  'boolParam'?: (boolean);
  /**
   * Integer.
   */
  'int64Param'?: (number);
  /**
   * Text.
   */
  'stringParam'?: (string);
  /**
   * Double.
   */
  'doubleParam'?: (number);
  /**
   * Unsigned integer.
   */
  'uint64Param'?: (number);
  /**
   * The one.
   */
  'parameterChoice'?: "boolParam"|"int64Param"|"stringParam"|"doubleParam"|"uint64Param";
}
