// Original file: straightline/v1/fleet.proto

import type { Node as _straightline_v1_Node, Node__Output as _straightline_v1_Node__Output } from '../../straightline/v1/Node.js';

/**
 * The node at the start of the drain.
 */
export interface DrainResponse {
  /**
   * The node.
   */
  'node'?: (_straightline_v1_Node | null);
}

/**
 * The node at the start of the drain.
 */
export interface DrainResponse__Output {
  /**
   * The node.
   */
  'node': (_straightline_v1_Node__Output | null);
}
