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
   * Fields that differ from what is deployed, "field: old -> new", by their names in a manifest.
   */
  'differences'?: (string)[];
  /**
   * Form by form.
   */
  'forms'?: (_straightline_v1_PlannedForm)[];
  /**
   * Why the generation that was deployed last has failed, in one sentence; empty: it has not.
   */
  'lastFailure'?: (string);
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
   * Fields that differ from what is deployed, "field: old -> new", by their names in a manifest.
   */
  'differences': (string)[];
  /**
   * Form by form.
   */
  'forms': (_straightline_v1_PlannedForm__Output)[];
  /**
   * Why the generation that was deployed last has failed, in one sentence; empty: it has not.
   */
  'lastFailure': (string);
}
