// Original file: straightline/v1/fleet.proto

import type { Node as _straightline_v1_Node, Node__Output as _straightline_v1_Node__Output } from '../../straightline/v1/Node.js';

/**
 * One node.
 */
export interface GetNodeResponse {
  /**
   * The node.
   */
  'node'?: (_straightline_v1_Node | null);
}

/**
 * One node.
 */
export interface GetNodeResponse__Output {
  /**
   * The node.
   */
  'node': (_straightline_v1_Node__Output | null);
}
