// Original file: straightline/v1/fleet.proto

import type { Node as _straightline_v1_Node, Node__Output as _straightline_v1_Node__Output } from '../../straightline/v1/Node.js';

/**
 * The node after it.
 */
export interface CordonResponse {
  /**
   * The node.
   */
  'node'?: (_straightline_v1_Node | null);
}

/**
 * The node after it.
 */
export interface CordonResponse__Output {
  /**
   * The node.
   */
  'node': (_straightline_v1_Node__Output | null);
}
