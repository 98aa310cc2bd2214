// Original file: straightline/v1/fleet.proto

import type { Node as _straightline_v1_Node, Node__Output as _straightline_v1_Node__Output } from '../../straightline/v1/Node.js';

/**
 * All nodes.
 */
export interface ListNodesResponse {
  /**
   * In order of id.
   */
  'nodes'?: (_straightline_v1_Node)[];
}

/**
 * All nodes.
 */
export interface ListNodesResponse__Output {
  /**
   * In order of id.
   */
  'nodes': (_straightline_v1_Node__Output)[];
}
