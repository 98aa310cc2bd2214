// Original file: straightline/v1/placement.proto

/**
 * How a request ended.
 */
export const Outcome = {
  /**
   * Not set; refused.
   */
  OUTCOME_UNSPECIFIED: 'OUTCOME_UNSPECIFIED',
  /**
   * Answered.
   */
  OUTCOME_OK: 'OUTCOME_OK',
  /**
   * Answered with an error that the request itself caused; says nothing of the instance.
   */
  OUTCOME_CLIENT_ERROR: 'OUTCOME_CLIENT_ERROR',
  /**
   * The instance failed: refused the connection, broke off, or answered 5xx.
   */
  OUTCOME_INSTANCE_ERROR: 'OUTCOME_INSTANCE_ERROR',
  /**
   * No answer within the deadline.
   */
  OUTCOME_TIMEOUT: 'OUTCOME_TIMEOUT',
  /**
   * The instance had no free slot.
   */
  OUTCOME_THROTTLED: 'OUTCOME_THROTTLED',
  /**
   * The client went away.
   */
  OUTCOME_CANCELLED: 'OUTCOME_CANCELLED',
} as const;

/**
 * How a request ended.
 */
export type Outcome =
  /**
   * Not set; refused.
   */
  | 'OUTCOME_UNSPECIFIED'
  | 0
  /**
   * Answered.
   */
  | 'OUTCOME_OK'
  | 1
  /**
   * Answered with an error that the request itself caused; says nothing of the instance.
   */
  | 'OUTCOME_CLIENT_ERROR'
  | 2
  /**
   * The instance failed: refused the connection, broke off, or answered 5xx.
   */
  | 'OUTCOME_INSTANCE_ERROR'
  | 3
  /**
   * No answer within the deadline.
   */
  | 'OUTCOME_TIMEOUT'
  | 4
  /**
   * The instance had no free slot.
   */
  | 'OUTCOME_THROTTLED'
  | 5
  /**
   * The client went away.
   */
  | 'OUTCOME_CANCELLED'
  | 6

/**
 * How a request ended.
 */
export type Outcome__Output = typeof Outcome[keyof typeof Outcome]
