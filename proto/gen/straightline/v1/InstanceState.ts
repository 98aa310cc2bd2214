// Original file: straightline/v1/common.proto

/**
 * What an instance is doing.
 */
export const InstanceState = {
  /**
   * Not set.
   */
  INSTANCE_STATE_UNSPECIFIED: 'INSTANCE_STATE_UNSPECIFIED',
  /**
   * Started, not yet answering its health check.
   */
  INSTANCE_STATE_STARTING: 'INSTANCE_STATE_STARTING',
  /**
   * Answers its health check; takes requests.
   */
  INSTANCE_STATE_READY: 'INSTANCE_STATE_READY',
  /**
   * Does not answer, or a request to it has just failed.
   */
  INSTANCE_STATE_UNHEALTHY: 'INSTANCE_STATE_UNHEALTHY',
  /**
   * Finishing what it holds; takes nothing new.
   */
  INSTANCE_STATE_STOPPING: 'INSTANCE_STATE_STOPPING',
  /**
   * Ended, and will not be restarted.
   */
  INSTANCE_STATE_FAILED: 'INSTANCE_STATE_FAILED',
} as const;

/**
 * What an instance is doing.
 */
export type InstanceState =
  /**
   * Not set.
   */
  | 'INSTANCE_STATE_UNSPECIFIED'
  | 0
  /**
   * Started, not yet answering its health check.
   */
  | 'INSTANCE_STATE_STARTING'
  | 1
  /**
   * Answers its health check; takes requests.
   */
  | 'INSTANCE_STATE_READY'
  | 2
  /**
   * Does not answer, or a request to it has just failed.
   */
  | 'INSTANCE_STATE_UNHEALTHY'
  | 3
  /**
   * Finishing what it holds; takes nothing new.
   */
  | 'INSTANCE_STATE_STOPPING'
  | 4
  /**
   * Ended, and will not be restarted.
   */
  | 'INSTANCE_STATE_FAILED'
  | 5

/**
 * What an instance is doing.
 */
export type InstanceState__Output = typeof InstanceState[keyof typeof InstanceState]
