// Original file: straightline/v1/fleet.proto

import type { Node as _straightline_v1_Node, Node__Output as _straightline_v1_Node__Output } from '../../straightline/v1/Node.js';

/**
 * The node after it.
 */
export interface UncordonResponse {
  /**
   * The node.
   */
  'node'?: (_straightline_v1_Node | null);
}

/**
 * The node after it.
 */
export interface UncordonResponse__Output {
  /**
   * The node.
   */
  'node': (_straightline_v1_Node__Output | null);
}
