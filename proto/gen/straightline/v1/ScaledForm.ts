// Original file: straightline/v1/deployment.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';

/**
 * Instances of a form that follows the load.
 */
export interface ScaledForm {
  /**
   * The form.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Wanted now.
   */
  'replicas'?: (number);
  /**
   * Why, in one sentence.
   */
  'reason'?: (string);
}

/**
 * Instances of a form that follows the load.
 */
export interface ScaledForm__Output {
  /**
   * The form.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Wanted now.
   */
  'replicas': (number);
  /**
   * Why, in one sentence.
   */
  'reason': (string);
}
