// Original file: straightline/v1/deployment.proto


/**
 * A node that takes no instance.
 */
export interface RefusedNode {
  /**
   * The node.
   */
  'nodeId'?: (string);
  /**
   * Why.
   */
  'reason'?: (string);
}

/**
 * A node that takes no instance.
 */
export interface RefusedNode__Output {
  /**
   * The node.
   */
  'nodeId': (string);
  /**
   * Why.
   */
  'reason': (string);
}
