// Original file: straightline/v1/job.proto

import type { Job as _straightline_v1_Job, Job__Output as _straightline_v1_Job__Output } from '../../straightline/v1/Job.js';
import type { JobLog as _straightline_v1_JobLog, JobLog__Output as _straightline_v1_JobLog__Output } from '../../straightline/v1/JobLog.js';

/**
 * News of a job.
 */
export interface JobServiceWatchResponse {
  /**
   * The job has changed.
   */
  'job'?: (_straightline_v1_Job | null);
  /**
   * A stage has written.
   */
  'log'?: (_straightline_v1_JobLog | null);
  /**
   * One of.
   */
  'news'?: "job"|"log";
}

/**
 * News of a job.
 */
export interface JobServiceWatchResponse__Output {
  /**
   * The job has changed.
   */
  'job'?: (_straightline_v1_Job__Output | null);
  /**
   * A stage has written.
   */
  'log'?: (_straightline_v1_JobLog__Output | null);
  /**
   * One of.
   */
  'news'?: "job"|"log";
}
