// Original file: straightline/v1/deployment.proto

import type { PlannedAction as _straightline_v1_PlannedAction, PlannedAction__Output as _straightline_v1_PlannedAction__Output } from '../../straightline/v1/PlannedAction.js';

/**
 * One step.
 */
export interface PlannedStep {
  /**
   * What happens.
   */
  'action'?: (_straightline_v1_PlannedAction);
  /**
   * Where.
   */
  'nodeId'?: (string);
  /**
   * Why there, or why at all.
   */
  'reason'?: (string);
}

/**
 * One step.
 */
export interface PlannedStep__Output {
  /**
   * What happens.
   */
  'action': (_straightline_v1_PlannedAction__Output);
  /**
   * Where.
   */
  'nodeId': (string);
  /**
   * Why there, or why at all.
   */
  'reason': (string);
}
