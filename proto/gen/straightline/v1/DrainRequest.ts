// Original file: straightline/v1/fleet.proto


/**
 * Which node.
 */
export interface DrainRequest {
  /**
   * The node.
   */
  'nodeId'?: (string);
}

/**
 * Which node.
 */
export interface DrainRequest__Output {
  /**
   * The node.
   */
  'nodeId': (string);
}
