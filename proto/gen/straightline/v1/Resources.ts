// Original file: straightline/v1/common.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Computing resources, asked for or had.
 */
export interface Resources {
  /**
   * CPU in thousandths of a core.
   */
  'cpuMillicores'?: (number | string | Long);
  /**
   * Memory in bytes.
   */
  'memoryBytes'?: (number | string | Long);
  /**
   * Whole GPUs.
   */
  'gpus'?: (number);
}

/**
 * Computing resources, asked for or had.
 */
export interface Resources__Output {
  /**
   * CPU in thousandths of a core.
   */
  'cpuMillicores': (number);
  /**
   * Memory in bytes.
   */
  'memoryBytes': (number);
  /**
   * Whole GPUs.
   */
  'gpus': (number);
}
