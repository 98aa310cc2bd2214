// Original file: straightline/v1/fleet.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { Scheduling as _straightline_v1_Scheduling, Scheduling__Output as _straightline_v1_Scheduling__Output } from '../../straightline/v1/Scheduling.js';

/**
 * What outlives a placement restart: an entry of the KV bucket `nodes`, key <node_id>.
 */
export interface NodeRecord {
  /**
   * The node.
   */
  'nodeId'?: (string);
  /**
   * Its kind.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * What an operator asked for.
   */
  'scheduling'?: (_straightline_v1_Scheduling);
}

/**
 * What outlives a placement restart: an entry of the KV bucket `nodes`, key <node_id>.
 */
export interface NodeRecord__Output {
  /**
   * The node.
   */
  'nodeId': (string);
  /**
   * Its kind.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * What an operator asked for.
   */
  'scheduling': (_straightline_v1_Scheduling__Output);
}
