// Original file: straightline/v1/placement.proto

import type { ShadowMove as _straightline_v1_ShadowMove, ShadowMove__Output as _straightline_v1_ShadowMove__Output } from '../../straightline/v1/ShadowMove.js';
import type { Long } from '@grpc/proto-loader';

/**
 * How the shadow compares with the active policy.
 */
export interface GetShadowResponse {
  /**
   * Policy in shadow; empty: none.
   */
  'policy'?: (string);
  /**
   * Decisions that both have made.
   */
  'compared'?: (number | string | Long);
  /**
   * Of them, those with the same instance, or refused by both.
   */
  'sameInstance'?: (number | string | Long);
  /**
   * Of them, those with the same kind, or refused by both.
   */
  'sameKind'?: (number | string | Long);
  /**
   * Decisions that the shadow had no time for.
   */
  'skipped'?: (number | string | Long);
  /**
   * Decisions at which the shadow failed.
   */
  'failed'?: (number | string | Long);
  /**
   * Mean predicted response time of the active policy's choices, milliseconds, over the decisions that both place with one; 0: there are none.
   */
  'activePredictedMs'?: (number | string);
  /**
   * The same of the shadow's choices.
   */
  'shadowPredictedMs'?: (number | string);
  /**
   * By kind, most frequent first.
   */
  'moves'?: (_straightline_v1_ShadowMove)[];
  /**
   * Decisions that both place with a predicted response time: not so where no service time is known yet.
   */
  'predicted'?: (number | string | Long);
}

/**
 * How the shadow compares with the active policy.
 */
export interface GetShadowResponse__Output {
  /**
   * Policy in shadow; empty: none.
   */
  'policy': (string);
  /**
   * Decisions that both have made.
   */
  'compared': (number);
  /**
   * Of them, those with the same instance, or refused by both.
   */
  'sameInstance': (number);
  /**
   * Of them, those with the same kind, or refused by both.
   */
  'sameKind': (number);
  /**
   * Decisions that the shadow had no time for.
   */
  'skipped': (number);
  /**
   * Decisions at which the shadow failed.
   */
  'failed': (number);
  /**
   * Mean predicted response time of the active policy's choices, milliseconds, over the decisions that both place with one; 0: there are none.
   */
  'activePredictedMs': (number);
  /**
   * The same of the shadow's choices.
   */
  'shadowPredictedMs': (number);
  /**
   * By kind, most frequent first.
   */
  'moves': (_straightline_v1_ShadowMove__Output)[];
  /**
   * Decisions that both place with a predicted response time: not so where no service time is known yet.
   */
  'predicted': (number);
}
