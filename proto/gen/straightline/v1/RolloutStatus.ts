// Original file: straightline/v1/deployment.proto

import type { RolloutPhase as _straightline_v1_RolloutPhase, RolloutPhase__Output as _straightline_v1_RolloutPhase__Output } from '../../straightline/v1/RolloutPhase.js';
import type { Long } from '@grpc/proto-loader';

/**
 * How far a revision is.
 */
export interface RolloutStatus {
  /**
   * The stage.
   */
  'phase'?: (_straightline_v1_RolloutPhase);
  /**
   * Why it failed or was rolled back, in one sentence; else empty.
   */
  'message'?: (string);
  /**
   * The generation that failed; 0: none.
   */
  'failedGeneration'?: (number | string | Long);
}

/**
 * How far a revision is.
 */
export interface RolloutStatus__Output {
  /**
   * The stage.
   */
  'phase': (_straightline_v1_RolloutPhase__Output);
  /**
   * Why it failed or was rolled back, in one sentence; else empty.
   */
  'message': (string);
  /**
   * The generation that failed; 0: none.
   */
  'failedGeneration': (number);
}
