// Original file: straightline/v1/telemetry.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Totals of a node.
 */
export interface NodeCapacity {
  /**
   * CPU in thousandths of a core.
   */
  'cpuMillicores'?: (number | string | Long);
  /**
   * Memory in bytes.
   */
  'memoryBytes'?: (number | string | Long);
  /**
   * Disk for bundles and images, bytes.
   */
  'diskBytes'?: (number | string | Long);
  /**
   * Network bandwidth towards clients, bytes per second; 0 when not known.
   */
  'networkBytesPerSecond'?: (number | string | Long);
  /**
   * Number of GPUs.
   */
  'gpuCount'?: (number);
}

/**
 * Totals of a node.
 */
export interface NodeCapacity__Output {
  /**
   * CPU in thousandths of a core.
   */
  'cpuMillicores': (number);
  /**
   * Memory in bytes.
   */
  'memoryBytes': (number);
  /**
   * Disk for bundles and images, bytes.
   */
  'diskBytes': (number);
  /**
   * Network bandwidth towards clients, bytes per second; 0 when not known.
   */
  'networkBytesPerSecond': (number);
  /**
   * Number of GPUs.
   */
  'gpuCount': (number);
}
