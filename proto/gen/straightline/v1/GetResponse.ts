// Original file: straightline/v1/deployment.proto

import type { ApplicationStatus as _straightline_v1_ApplicationStatus, ApplicationStatus__Output as _straightline_v1_ApplicationStatus__Output } from '../../straightline/v1/ApplicationStatus.js';

/**
 * One application.
 */
export interface GetResponse {
  /**
   * The application.
   */
  'status'?: (_straightline_v1_ApplicationStatus | null);
}

/**
 * One application.
 */
export interface GetResponse__Output {
  /**
   * The application.
   */
  'status': (_straightline_v1_ApplicationStatus__Output | null);
}
