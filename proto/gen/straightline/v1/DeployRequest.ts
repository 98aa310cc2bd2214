// Original file: straightline/v1/deployment.proto

import type { Application as _straightline_v1_Application, Application__Output as _straightline_v1_Application__Output } from '../../straightline/v1/Application.js';

/**
 * What to deploy.
 */
export interface DeployRequest {
  /**
   * The application, whole: it replaces one of the same name.
   */
  'application'?: (_straightline_v1_Application | null);
}

/**
 * What to deploy.
 */
export interface DeployRequest__Output {
  /**
   * The application, whole: it replaces one of the same name.
   */
  'application': (_straightline_v1_Application__Output | null);
}
