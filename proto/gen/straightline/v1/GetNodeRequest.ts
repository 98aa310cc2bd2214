// Original file: straightline/v1/fleet.proto


/**
 * Which node.
 */
export interface GetNodeRequest {
  /**
   * The node.
   */
  'nodeId'?: (string);
}

/**
 * Which node.
 */
export interface GetNodeRequest__Output {
  /**
   * The node.
   */
  'nodeId': (string);
}
