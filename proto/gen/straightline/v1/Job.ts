// Original file: straightline/v1/job.proto

import type { JobSpec as _straightline_v1_JobSpec, JobSpec__Output as _straightline_v1_JobSpec__Output } from '../../straightline/v1/JobSpec.js';
import type { JobState as _straightline_v1_JobState, JobState__Output as _straightline_v1_JobState__Output } from '../../straightline/v1/JobState.js';
import type { StageStatus as _straightline_v1_StageStatus, StageStatus__Output as _straightline_v1_StageStatus__Output } from '../../straightline/v1/StageStatus.js';
import type { Long } from '@grpc/proto-loader';

/**
 * A job: an entry of the KV bucket `jobs`, key <job_id>. Placement alone writes it.
 */
export interface Job {
  /**
   * <name>-<16 hex digits>.
   */
  'jobId'?: (string);
  /**
   * As asked, with defaults filled in.
   */
  'spec'?: (_straightline_v1_JobSpec | null);
  /**
   * Where it stands.
   */
  'state'?: (_straightline_v1_JobState);
  /**
   * Why, one sentence, or empty.
   */
  'message'?: (string);
  /**
   * In the order of spec.stages.
   */
  'stages'?: (_straightline_v1_StageStatus)[];
  /**
   * Milliseconds since the Unix epoch.
   */
  'submittedAtMs'?: (number | string | Long);
  /**
   * Milliseconds since the Unix epoch; 0: not yet.
   */
  'finishedAtMs'?: (number | string | Long);
  /**
   * W3C traceparent of the Submit call, or empty.
   */
  'traceparent'?: (string);
}

/**
 * A job: an entry of the KV bucket `jobs`, key <job_id>. Placement alone writes it.
 */
export interface Job__Output {
  /**
   * <name>-<16 hex digits>.
   */
  'jobId': (string);
  /**
   * As asked, with defaults filled in.
   */
  'spec': (_straightline_v1_JobSpec__Output | null);
  /**
   * Where it stands.
   */
  'state': (_straightline_v1_JobState__Output);
  /**
   * Why, one sentence, or empty.
   */
  'message': (string);
  /**
   * In the order of spec.stages.
   */
  'stages': (_straightline_v1_StageStatus__Output)[];
  /**
   * Milliseconds since the Unix epoch.
   */
  'submittedAtMs': (number);
  /**
   * Milliseconds since the Unix epoch; 0: not yet.
   */
  'finishedAtMs': (number);
  /**
   * W3C traceparent of the Submit call, or empty.
   */
  'traceparent': (string);
}
