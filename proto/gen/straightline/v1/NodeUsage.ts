// Original file: straightline/v1/telemetry.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Use of a node at `taken_at_ms`.
 */
export interface NodeUsage {
  /**
   * CPU in use, thousandths of a core.
   */
  'cpuMillicores'?: (number | string | Long);
  /**
   * Memory in use, bytes.
   */
  'memoryBytes'?: (number | string | Long);
  /**
   * Disk in use, bytes.
   */
  'diskBytes'?: (number | string | Long);
  /**
   * Received, bytes per second over the last tick.
   */
  'networkReceiveBytesPerSecond'?: (number | string | Long);
  /**
   * Sent, bytes per second over the last tick.
   */
  'networkTransmitBytesPerSecond'?: (number | string | Long);
}

/**
 * Use of a node at `taken_at_ms`.
 */
export interface NodeUsage__Output {
  /**
   * CPU in use, thousandths of a core.
   */
  'cpuMillicores': (number);
  /**
   * Memory in use, bytes.
   */
  'memoryBytes': (number);
  /**
   * Disk in use, bytes.
   */
  'diskBytes': (number);
  /**
   * Received, bytes per second over the last tick.
   */
  'networkReceiveBytesPerSecond': (number);
  /**
   * Sent, bytes per second over the last tick.
   */
  'networkTransmitBytesPerSecond': (number);
}
