// Original file: straightline/v1/deployment.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';

/**
 * One form's progress.
 */
export interface ImplementationStatus {
  /**
   * The form.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Wanted.
   */
  'desired'?: (number);
  /**
   * Assigned to nodes.
   */
  'assigned'?: (number);
  /**
   * Ready.
   */
  'ready'?: (number);
  /**
   * Why fewer are assigned, ready or updated than wanted; empty: all is well.
   */
  'message'?: (string);
  /**
   * Ready at the present generation.
   */
  'updated'?: (number);
  /**
   * Why the autoscaler wants so many instances, or workers kept warm; empty: it does not follow the load.
   */
  'scaling'?: (string);
}

/**
 * One form's progress.
 */
export interface ImplementationStatus__Output {
  /**
   * The form.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Wanted.
   */
  'desired': (number);
  /**
   * Assigned to nodes.
   */
  'assigned': (number);
  /**
   * Ready.
   */
  'ready': (number);
  /**
   * Why fewer are assigned, ready or updated than wanted; empty: all is well.
   */
  'message': (string);
  /**
   * Ready at the present generation.
   */
  'updated': (number);
  /**
   * Why the autoscaler wants so many instances, or workers kept warm; empty: it does not follow the load.
   */
  'scaling': (string);
}
