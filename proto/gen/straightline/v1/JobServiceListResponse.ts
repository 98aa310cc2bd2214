// Original file: straightline/v1/job.proto

import type { Job as _straightline_v1_Job, Job__Output as _straightline_v1_Job__Output } from '../../straightline/v1/Job.js';

/**
 * All jobs that are kept.
 */
export interface JobServiceListResponse {
  /**
   * The newest first.
   */
  'jobs'?: (_straightline_v1_Job)[];
}

/**
 * All jobs that are kept.
 */
export interface JobServiceListResponse__Output {
  /**
   * The newest first.
   */
  'jobs': (_straightline_v1_Job__Output)[];
}
