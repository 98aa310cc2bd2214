// Original file: straightline/v1/fleet.proto

import type { Node as _straightline_v1_Node, Node__Output as _straightline_v1_Node__Output } from '../../straightline/v1/Node.js';

/**
 * A node as it now is.
 */
export interface FleetServiceWatchResponse {
  /**
   * The node.
   */
  'node'?: (_straightline_v1_Node | null);
}

/**
 * A node as it now is.
 */
export interface FleetServiceWatchResponse__Output {
  /**
   * The node.
   */
  'node': (_straightline_v1_Node__Output | null);
}
