// Original file: straightline/v1/fleet.proto

/**
 * Whether a node takes work.
 */
export const Scheduling = {
  /**
   * Not set.
   */
  SCHEDULING_UNSPECIFIED: 'SCHEDULING_UNSPECIFIED',
  /**
   * Takes work.
   */
  SCHEDULING_OPEN: 'SCHEDULING_OPEN',
  /**
   * Takes nothing new.
   */
  SCHEDULING_CORDONED: 'SCHEDULING_CORDONED',
  /**
   * Takes nothing new and gives up what it has.
   */
  SCHEDULING_DRAINING: 'SCHEDULING_DRAINING',
} as const;

/**
 * Whether a node takes work.
 */
export type Scheduling =
  /**
   * Not set.
   */
  | 'SCHEDULING_UNSPECIFIED'
  | 0
  /**
   * Takes work.
   */
  | 'SCHEDULING_OPEN'
  | 1
  /**
   * Takes nothing new.
   */
  | 'SCHEDULING_CORDONED'
  | 2
  /**
   * Takes nothing new and gives up what it has.
   */
  | 'SCHEDULING_DRAINING'
  | 3

/**
 * Whether a node takes work.
 */
export type Scheduling__Output = typeof Scheduling[keyof typeof Scheduling]
