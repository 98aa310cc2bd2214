// Original file: straightline/v1/fleet.proto

import type { Node as _straightline_v1_Node, Node__Output as _straightline_v1_Node__Output } from '../../straightline/v1/Node.js';

/**
 * A node as it now is, or that it has been removed.
 */
export interface FleetServiceWatchResponse {
  /**
   * The node; unset when it has been removed.
   */
  'node'?: (_straightline_v1_Node | null);
  /**
   * A node that is no longer part of the fleet; empty otherwise.
   */
  'removedNodeId'?: (string);
}

/**
 * A node as it now is, or that it has been removed.
 */
export interface FleetServiceWatchResponse__Output {
  /**
   * The node; unset when it has been removed.
   */
  'node': (_straightline_v1_Node__Output | null);
  /**
   * A node that is no longer part of the fleet; empty otherwise.
   */
  'removedNodeId': (string);
}
