// Original file: straightline/v1/job.proto

/**
 * Where an attempt stands.
 */
export const AttemptState = {
  /**
   * Not set.
   */
  ATTEMPT_STATE_UNSPECIFIED: 'ATTEMPT_STATE_UNSPECIFIED',
  /**
   * Given to a node, which has not begun yet.
   */
  ATTEMPT_STATE_ASSIGNED: 'ATTEMPT_STATE_ASSIGNED',
  /**
   * The program runs.
   */
  ATTEMPT_STATE_RUNNING: 'ATTEMPT_STATE_RUNNING',
  /**
   * The program ended with 0 and its outputs are stored.
   */
  ATTEMPT_STATE_SUCCEEDED: 'ATTEMPT_STATE_SUCCEEDED',
  /**
   * The program, or what it needs, failed: counts against the stage's retries.
   */
  ATTEMPT_STATE_FAILED: 'ATTEMPT_STATE_FAILED',
  /**
   * The node or its agent was lost, or the agent found no room for inputs, log or outputs: does not count against the stage's retries.
   */
  ATTEMPT_STATE_LOST: 'ATTEMPT_STATE_LOST',
  /**
   * Ended by Cancel.
   */
  ATTEMPT_STATE_CANCELLED: 'ATTEMPT_STATE_CANCELLED',
} as const;

/**
 * Where an attempt stands.
 */
export type AttemptState =
  /**
   * Not set.
   */
  | 'ATTEMPT_STATE_UNSPECIFIED'
  | 0
  /**
   * Given to a node, which has not begun yet.
   */
  | 'ATTEMPT_STATE_ASSIGNED'
  | 1
  /**
   * The program runs.
   */
  | 'ATTEMPT_STATE_RUNNING'
  | 2
  /**
   * The program ended with 0 and its outputs are stored.
   */
  | 'ATTEMPT_STATE_SUCCEEDED'
  | 3
  /**
   * The program, or what it needs, failed: counts against the stage's retries.
   */
  | 'ATTEMPT_STATE_FAILED'
  | 4
  /**
   * The node or its agent was lost, or the agent found no room for inputs, log or outputs: does not count against the stage's retries.
   */
  | 'ATTEMPT_STATE_LOST'
  | 5
  /**
   * Ended by Cancel.
   */
  | 'ATTEMPT_STATE_CANCELLED'
  | 6

/**
 * Where an attempt stands.
 */
export type AttemptState__Output = typeof AttemptState[keyof typeof AttemptState]
