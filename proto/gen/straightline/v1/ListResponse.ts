// Original file: straightline/v1/deployment.proto

import type { ApplicationStatus as _straightline_v1_ApplicationStatus, ApplicationStatus__Output as _straightline_v1_ApplicationStatus__Output } from '../../straightline/v1/ApplicationStatus.js';

/**
 * All applications.
 */
export interface ListResponse {
  /**
   * In order of name.
   */
  'applications'?: (_straightline_v1_ApplicationStatus)[];
}

/**
 * All applications.
 */
export interface ListResponse__Output {
  /**
   * In order of name.
   */
  'applications': (_straightline_v1_ApplicationStatus__Output)[];
}
