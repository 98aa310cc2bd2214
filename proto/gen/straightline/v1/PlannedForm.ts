// Original file: straightline/v1/deployment.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { PlannedStep as _straightline_v1_PlannedStep, PlannedStep__Output as _straightline_v1_PlannedStep__Output } from '../../straightline/v1/PlannedStep.js';
import type { RefusedNode as _straightline_v1_RefusedNode, RefusedNode__Output as _straightline_v1_RefusedNode__Output } from '../../straightline/v1/RefusedNode.js';

/**
 * What Deploy would do with a form.
 */
export interface PlannedForm {
  /**
   * The form.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Instances wanted.
   */
  'desired'?: (number);
  /**
   * Instances that stay as they are.
   */
  'kept'?: (number);
  /**
   * Steps, in order.
   */
  'steps'?: (_straightline_v1_PlannedStep)[];
  /**
   * Instances for which there is no node.
   */
  'unplaced'?: (number);
  /**
   * Nodes of the kind that take none, with the reason.
   */
  'refused'?: (_straightline_v1_RefusedNode)[];
  /**
   * Number of nodes by reason.
   */
  'refusedCounts'?: ({[key: string]: number});
  /**
   * Instances on nodes that the constraints have come to forbid: each serves on only until another node takes over. Not among `kept`.
   */
  'displaced'?: (number);
}

/**
 * What Deploy would do with a form.
 */
export interface PlannedForm__Output {
  /**
   * The form.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Instances wanted.
   */
  'desired': (number);
  /**
   * Instances that stay as they are.
   */
  'kept': (number);
  /**
   * Steps, in order.
   */
  'steps': (_straightline_v1_PlannedStep__Output)[];
  /**
   * Instances for which there is no node.
   */
  'unplaced': (number);
  /**
   * Nodes of the kind that take none, with the reason.
   */
  'refused': (_straightline_v1_RefusedNode__Output)[];
  /**
   * Number of nodes by reason.
   */
  'refusedCounts': ({[key: string]: number});
  /**
   * Instances on nodes that the constraints have come to forbid: each serves on only until another node takes over. Not among `kept`.
   */
  'displaced': (number);
}
