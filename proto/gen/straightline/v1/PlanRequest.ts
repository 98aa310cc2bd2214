// Original file: straightline/v1/deployment.proto

import type { Application as _straightline_v1_Application, Application__Output as _straightline_v1_Application__Output } from '../../straightline/v1/Application.js';

/**
 * What to plan.
 */
export interface PlanRequest {
  /**
   * The application, whole.
   */
  'application'?: (_straightline_v1_Application | null);
}

/**
 * What to plan.
 */
export interface PlanRequest__Output {
  /**
   * The application, whole.
   */
  'application': (_straightline_v1_Application__Output | null);
}
