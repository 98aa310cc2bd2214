// Original file: straightline/v1/common.proto

/**
 * How far placement trusts what it knows of a node.
 */
export const NodeHealth = {
  /**
   * Not set.
   */
  NODE_HEALTH_UNSPECIFIED: 'NODE_HEALTH_UNSPECIFIED',
  /**
   * Telemetry arrives on time.
   */
  NODE_HEALTH_FRESH: 'NODE_HEALTH_FRESH',
  /**
   * A few ticks are missing: used only if nothing better is there.
   */
  NODE_HEALTH_SUSPECT: 'NODE_HEALTH_SUSPECT',
  /**
   * Silent for long: never used.
   */
  NODE_HEALTH_LOST: 'NODE_HEALTH_LOST',
} as const;

/**
 * How far placement trusts what it knows of a node.
 */
export type NodeHealth =
  /**
   * Not set.
   */
  | 'NODE_HEALTH_UNSPECIFIED'
  | 0
  /**
   * Telemetry arrives on time.
   */
  | 'NODE_HEALTH_FRESH'
  | 1
  /**
   * A few ticks are missing: used only if nothing better is there.
   */
  | 'NODE_HEALTH_SUSPECT'
  | 2
  /**
   * Silent for long: never used.
   */
  | 'NODE_HEALTH_LOST'
  | 3

/**
 * How far placement trusts what it knows of a node.
 */
export type NodeHealth__Output = typeof NodeHealth[keyof typeof NodeHealth]
