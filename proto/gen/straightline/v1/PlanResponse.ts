// Original file: straightline/v1/deployment.proto

import type { PlannedForm as _straightline_v1_PlannedForm, PlannedForm__Output as _straightline_v1_PlannedForm__Output } from '../../straightline/v1/PlannedForm.js';
import type { Long } from '@grpc/proto-loader';

/**
 * What Deploy would do.
 */
export interface PlanResponse {
  /**
   * Something would change.
   */
  'changes'?: (boolean);
  /**
   * Every instance has a node.
   */
  'fits'?: (boolean);
  /**
   * Generation after Deploy.
   */
  'generation'?: (number | string | Long);
  /**
   * Fields that differ from what is deployed, "field: old -> new".
   */
  'differences'?: (string)[];
  /**
   * Form by form.
   */
  'forms'?: (_straightline_v1_PlannedForm)[];
}

/**
 * What Deploy would do.
 */
export interface PlanResponse__Output {
  /**
   * Something would change.
   */
  'changes': (boolean);
  /**
   * Every instance has a node.
   */
  'fits': (boolean);
  /**
   * Generation after Deploy.
   */
  'generation': (number);
  /**
   * Fields that differ from what is deployed, "field: old -> new".
   */
  'differences': (string)[];
  /**
   * Form by form.
   */
  'forms': (_straightline_v1_PlannedForm__Output)[];
}
