// Original file: straightline/v1/deployment.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';

/**
 * Warm capacity of a form that follows the load.
 */
export interface ScaledForm {
  /**
   * The form.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Instances wanted now; not used for serverless.
   */
  'replicas'?: (number);
  /**
   * Why, in one sentence.
   */
  'reason'?: (string);
  /**
   * Serverless: workers to be kept warm, over all its functions.
   */
  'warmWorkers'?: (number);
}

/**
 * Warm capacity of a form that follows the load.
 */
export interface ScaledForm__Output {
  /**
   * The form.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Instances wanted now; not used for serverless.
   */
  'replicas': (number);
  /**
   * Why, in one sentence.
   */
  'reason': (string);
  /**
   * Serverless: workers to be kept warm, over all its functions.
   */
  'warmWorkers': (number);
}
