// Original file: straightline/v1/placement.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';

/**
 * Conditions on where a request may go.
 */
export interface PlacementConstraints {
  /**
   * Kinds allowed; empty: all.
   */
  'kinds'?: (_straightline_v1_NodeKind)[];
  /**
   * Labels that a node must carry.
   */
  'nodeLabels'?: ({[key: string]: string});
  /**
   * Zones allowed; empty: all.
   */
  'zones'?: (string)[];
  /**
   * Instances not to be used, for example one that has just failed.
   */
  'excludedInstanceIds'?: (string)[];
}

/**
 * Conditions on where a request may go.
 */
export interface PlacementConstraints__Output {
  /**
   * Kinds allowed; empty: all.
   */
  'kinds': (_straightline_v1_NodeKind__Output)[];
  /**
   * Labels that a node must carry.
   */
  'nodeLabels': ({[key: string]: string});
  /**
   * Zones allowed; empty: all.
   */
  'zones': (string)[];
  /**
   * Instances not to be used, for example one that has just failed.
   */
  'excludedInstanceIds': (string)[];
}
