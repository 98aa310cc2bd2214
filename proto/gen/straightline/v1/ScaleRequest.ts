// Original file: straightline/v1/deployment.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { Autoscale as _straightline_v1_Autoscale, Autoscale__Output as _straightline_v1_Autoscale__Output } from '../../straightline/v1/Autoscale.js';

/**
 * How many instances.
 */
export interface ScaleRequest {
  /**
   * The application.
   */
  'name'?: (string);
  /**
   * The form.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Instances; with `autoscale`, to begin with. Absent, which it may be with `autoscale` alone: as many as there are, within its bounds. Zero must be set: a client
   * that leaves it out no longer asks for 0.
   */
  'replicas'?: (number);
  /**
   * They follow the load from now on; absent: they stay at `replicas`.
   */
  'autoscale'?: (_straightline_v1_Autoscale | null);
  '_replicas'?: "replicas";
}

/**
 * How many instances.
 */
export interface ScaleRequest__Output {
  /**
   * The application.
   */
  'name': (string);
  /**
   * The form.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Instances; with `autoscale`, to begin with. Absent, which it may be with `autoscale` alone: as many as there are, within its bounds. Zero must be set: a client
   * that leaves it out no longer asks for 0.
   */
  'replicas'?: (number);
  /**
   * They follow the load from now on; absent: they stay at `replicas`.
   */
  'autoscale': (_straightline_v1_Autoscale__Output | null);
  '_replicas'?: "replicas";
}
