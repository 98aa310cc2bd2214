// Original file: straightline/v1/deployment.proto

import type { Long } from '@grpc/proto-loader';

/**
 * When a new revision has failed, so that the last one that was ready comes back.
 */
export interface RolloutLimits {
  /**
   * Its instances must become ready within this time, with no progress longer than it, milliseconds; default 300,000.
   */
  'readyTimeoutMs'?: (number | string | Long);
  /**
   * Failed starts in a row of one instance; default 3.
   */
  'maxFailedStarts'?: (number);
  /**
   * An instance counts as ready for the rollout only once it has been ready for this long without a break, milliseconds; default 0. Until then its predecessor
   * serves on beside it; an end within it is a failed start. Below ready_timeout_ms. Assignments carry it from the next generation on.
   */
  'minReadyMs'?: (number | string | Long);
}

/**
 * When a new revision has failed, so that the last one that was ready comes back.
 */
export interface RolloutLimits__Output {
  /**
   * Its instances must become ready within this time, with no progress longer than it, milliseconds; default 300,000.
   */
  'readyTimeoutMs': (number);
  /**
   * Failed starts in a row of one instance; default 3.
   */
  'maxFailedStarts': (number);
  /**
   * An instance counts as ready for the rollout only once it has been ready for this long without a break, milliseconds; default 0. Until then its predecessor
   * serves on beside it; an end within it is a failed start. Below ready_timeout_ms. Assignments carry it from the next generation on.
   */
  'minReadyMs': (number);
}
