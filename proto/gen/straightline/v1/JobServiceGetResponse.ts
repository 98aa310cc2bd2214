// Original file: straightline/v1/job.proto

import type { Job as _straightline_v1_Job, Job__Output as _straightline_v1_Job__Output } from '../../straightline/v1/Job.js';

/**
 * One job.
 */
export interface JobServiceGetResponse {
  /**
   * The job.
   */
  'job'?: (_straightline_v1_Job | null);
}

/**
 * One job.
 */
export interface JobServiceGetResponse__Output {
  /**
   * The job.
   */
  'job': (_straightline_v1_Job__Output | null);
}
