// Original file: straightline/v1/deployment.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Bounds between which warm capacity follows the load.
 */
export interface Autoscale {
  /**
   * At least; 0: none while nobody asks.
   */
  'min'?: (number);
  /**
   * At most.
   */
  'max'?: (number);
  /**
   * Capacity that was not needed for this long is given up, milliseconds; 0: 60,000, and in Scale the one that holds.
   */
  'idleMs'?: (number | string | Long);
}

/**
 * Bounds between which warm capacity follows the load.
 */
export interface Autoscale__Output {
  /**
   * At least; 0: none while nobody asks.
   */
  'min': (number);
  /**
   * At most.
   */
  'max': (number);
  /**
   * Capacity that was not needed for this long is given up, milliseconds; 0: 60,000, and in Scale the one that holds.
   */
  'idleMs': (number);
}
