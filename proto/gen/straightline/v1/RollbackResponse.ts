// Original file: straightline/v1/deployment.proto

import type { ApplicationStatus as _straightline_v1_ApplicationStatus, ApplicationStatus__Output as _straightline_v1_ApplicationStatus__Output } from '../../straightline/v1/ApplicationStatus.js';

/**
 * The application after it.
 */
export interface RollbackResponse {
  /**
   * The application.
   */
  'status'?: (_straightline_v1_ApplicationStatus | null);
}

/**
 * The application after it.
 */
export interface RollbackResponse__Output {
  /**
   * The application.
   */
  'status': (_straightline_v1_ApplicationStatus__Output | null);
}
