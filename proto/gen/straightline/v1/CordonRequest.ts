// Original file: straightline/v1/fleet.proto


/**
 * Which node.
 */
export interface CordonRequest {
  /**
   * The node.
   */
  'nodeId'?: (string);
}

/**
 * Which node.
 */
export interface CordonRequest__Output {
  /**
   * The node.
   */
  'nodeId': (string);
}
