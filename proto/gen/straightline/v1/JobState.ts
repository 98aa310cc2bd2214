// Original file: straightline/v1/job.proto

/**
 * Where a job or a stage stands.
 */
export const JobState = {
  /**
   * Not set.
   */
  JOB_STATE_UNSPECIFIED: 'JOB_STATE_UNSPECIFIED',
  /**
   * Not begun, or between two attempts.
   */
  JOB_STATE_PENDING: 'JOB_STATE_PENDING',
  /**
   * Under way.
   */
  JOB_STATE_RUNNING: 'JOB_STATE_RUNNING',
  /**
   * Ended well.
   */
  JOB_STATE_SUCCEEDED: 'JOB_STATE_SUCCEEDED',
  /**
   * Ended badly; the message says why.
   */
  JOB_STATE_FAILED: 'JOB_STATE_FAILED',
  /**
   * Ended by Cancel.
   */
  JOB_STATE_CANCELLED: 'JOB_STATE_CANCELLED',
} as const;

/**
 * Where a job or a stage stands.
 */
export type JobState =
  /**
   * Not set.
   */
  | 'JOB_STATE_UNSPECIFIED'
  | 0
  /**
   * Not begun, or between two attempts.
   */
  | 'JOB_STATE_PENDING'
  | 1
  /**
   * Under way.
   */
  | 'JOB_STATE_RUNNING'
  | 2
  /**
   * Ended well.
   */
  | 'JOB_STATE_SUCCEEDED'
  | 3
  /**
   * Ended badly; the message says why.
   */
  | 'JOB_STATE_FAILED'
  | 4
  /**
   * Ended by Cancel.
   */
  | 'JOB_STATE_CANCELLED'
  | 5

/**
 * Where a job or a stage stands.
 */
export type JobState__Output = typeof JobState[keyof typeof JobState]
