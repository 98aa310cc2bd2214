// Original file: straightline/v1/fleet.proto


/**
 * Which node.
 */
export interface UncordonRequest {
  /**
   * The node.
   */
  'nodeId'?: (string);
}

/**
 * Which node.
 */
export interface UncordonRequest__Output {
  /**
   * The node.
   */
  'nodeId': (string);
}
