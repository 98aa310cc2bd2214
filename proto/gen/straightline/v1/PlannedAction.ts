// Original file: straightline/v1/deployment.proto

/**
 * What happens to an instance.
 */
export const PlannedAction = {
  /**
   * Not set.
   */
  PLANNED_ACTION_UNSPECIFIED: 'PLANNED_ACTION_UNSPECIFIED',
  /**
   * It is started.
   */
  PLANNED_ACTION_START: 'PLANNED_ACTION_START',
  /**
   * A new one is started beside it; it ends once that is ready.
   */
  PLANNED_ACTION_REPLACE: 'PLANNED_ACTION_REPLACE',
  /**
   * It is stopped.
   */
  PLANNED_ACTION_STOP: 'PLANNED_ACTION_STOP',
} as const;

/**
 * What happens to an instance.
 */
export type PlannedAction =
  /**
   * Not set.
   */
  | 'PLANNED_ACTION_UNSPECIFIED'
  | 0
  /**
   * It is started.
   */
  | 'PLANNED_ACTION_START'
  | 1
  /**
   * A new one is started beside it; it ends once that is ready.
   */
  | 'PLANNED_ACTION_REPLACE'
  | 2
  /**
   * It is stopped.
   */
  | 'PLANNED_ACTION_STOP'
  | 3

/**
 * What happens to an instance.
 */
export type PlannedAction__Output = typeof PlannedAction[keyof typeof PlannedAction]
