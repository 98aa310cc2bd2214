// Original file: straightline/v1/deployment.proto

import type { ApplicationStatus as _straightline_v1_ApplicationStatus, ApplicationStatus__Output as _straightline_v1_ApplicationStatus__Output } from '../../straightline/v1/ApplicationStatus.js';

/**
 * As stored.
 */
export interface DeployResponse {
  /**
   * The application.
   */
  'status'?: (_straightline_v1_ApplicationStatus | null);
  /**
   * False: it was deployed as asked already.
   */
  'changed'?: (boolean);
}

/**
 * As stored.
 */
export interface DeployResponse__Output {
  /**
   * The application.
   */
  'status': (_straightline_v1_ApplicationStatus__Output | null);
  /**
   * False: it was deployed as asked already.
   */
  'changed': (boolean);
}
