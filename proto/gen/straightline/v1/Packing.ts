// Original file: straightline/v1/deployment.proto

/**
 * Order in which nodes are taken.
 */
export const Packing = {
  /**
   * Spread.
   */
  PACKING_UNSPECIFIED: 'PACKING_UNSPECIFIED',
  /**
   * The node with the fewest instances first: a lost node costs least.
   */
  PACKING_SPREAD: 'PACKING_SPREAD',
  /**
   * The fullest node first: nodes stay free for what is large.
   */
  PACKING_BIN_PACK: 'PACKING_BIN_PACK',
} as const;

/**
 * Order in which nodes are taken.
 */
export type Packing =
  /**
   * Spread.
   */
  | 'PACKING_UNSPECIFIED'
  | 0
  /**
   * The node with the fewest instances first: a lost node costs least.
   */
  | 'PACKING_SPREAD'
  | 1
  /**
   * The fullest node first: nodes stay free for what is large.
   */
  | 'PACKING_BIN_PACK'
  | 2

/**
 * Order in which nodes are taken.
 */
export type Packing__Output = typeof Packing[keyof typeof Packing]
