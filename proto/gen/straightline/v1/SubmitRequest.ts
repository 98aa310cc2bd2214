// Original file: straightline/v1/job.proto

import type { JobSpec as _straightline_v1_JobSpec, JobSpec__Output as _straightline_v1_JobSpec__Output } from '../../straightline/v1/JobSpec.js';

/**
 * What to do.
 */
export interface SubmitRequest {
  /**
   * The job.
   */
  'spec'?: (_straightline_v1_JobSpec | null);
  /**
   * Calls with the same key are one job; empty: each is a job of its own.
   */
  'idempotencyKey'?: (string);
}

/**
 * What to do.
 */
export interface SubmitRequest__Output {
  /**
   * The job.
   */
  'spec': (_straightline_v1_JobSpec__Output | null);
  /**
   * Calls with the same key are one job; empty: each is a job of its own.
   */
  'idempotencyKey': (string);
}
