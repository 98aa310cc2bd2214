// Original file: straightline/v1/job.proto

import type { Job as _straightline_v1_Job, Job__Output as _straightline_v1_Job__Output } from '../../straightline/v1/Job.js';

/**
 * As stored.
 */
export interface SubmitResponse {
  /**
   * The job.
   */
  'job'?: (_straightline_v1_Job | null);
}

/**
 * As stored.
 */
export interface SubmitResponse__Output {
  /**
   * The job.
   */
  'job': (_straightline_v1_Job__Output | null);
}
