// Original file: straightline/v1/deployment.proto

import type { ApplicationStatus as _straightline_v1_ApplicationStatus, ApplicationStatus__Output as _straightline_v1_ApplicationStatus__Output } from '../../straightline/v1/ApplicationStatus.js';

/**
 * An application as it now is.
 */
export interface DeploymentServiceWatchResponse {
  /**
   * The application.
   */
  'status'?: (_straightline_v1_ApplicationStatus | null);
}

/**
 * An application as it now is.
 */
export interface DeploymentServiceWatchResponse__Output {
  /**
   * The application.
   */
  'status': (_straightline_v1_ApplicationStatus__Output | null);
}
