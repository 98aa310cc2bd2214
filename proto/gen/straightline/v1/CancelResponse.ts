// Original file: straightline/v1/job.proto

import type { Job as _straightline_v1_Job, Job__Output as _straightline_v1_Job__Output } from '../../straightline/v1/Job.js';

/**
 * As it stands then.
 */
export interface CancelResponse {
  /**
   * The job.
   */
  'job'?: (_straightline_v1_Job | null);
}

/**
 * As it stands then.
 */
export interface CancelResponse__Output {
  /**
   * The job.
   */
  'job': (_straightline_v1_Job__Output | null);
}
