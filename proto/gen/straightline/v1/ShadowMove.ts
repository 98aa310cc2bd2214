// Original file: straightline/v1/placement.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { Long } from '@grpc/proto-loader';

/**
 * Decisions that go one way under the active policy and one under the shadow.
 */
export interface ShadowMove {
  /**
   * Kind under the active policy; unspecified: refused.
   */
  'active'?: (_straightline_v1_NodeKind);
  /**
   * Kind under the shadow; unspecified: refused.
   */
  'shadow'?: (_straightline_v1_NodeKind);
  /**
   * How many.
   */
  'decisions'?: (number | string | Long);
  /**
   * Mean predicted response time under the active policy, milliseconds, of those with one on each side that places; 0: there are none, or refused.
   */
  'activePredictedMs'?: (number | string);
  /**
   * The same under the shadow.
   */
  'shadowPredictedMs'?: (number | string);
}

/**
 * Decisions that go one way under the active policy and one under the shadow.
 */
export interface ShadowMove__Output {
  /**
   * Kind under the active policy; unspecified: refused.
   */
  'active': (_straightline_v1_NodeKind__Output);
  /**
   * Kind under the shadow; unspecified: refused.
   */
  'shadow': (_straightline_v1_NodeKind__Output);
  /**
   * How many.
   */
  'decisions': (number);
  /**
   * Mean predicted response time under the active policy, milliseconds, of those with one on each side that places; 0: there are none, or refused.
   */
  'activePredictedMs': (number);
  /**
   * The same under the shadow.
   */
  'shadowPredictedMs': (number);
}
