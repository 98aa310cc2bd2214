// Original file: straightline/v1/deployment.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { InstanceTelemetry as _straightline_v1_InstanceTelemetry, InstanceTelemetry__Output as _straightline_v1_InstanceTelemetry__Output } from '../../straightline/v1/InstanceTelemetry.js';

/**
 * An instance and its node.
 */
export interface InstanceStatus {
  /**
   * The node.
   */
  'nodeId'?: (string);
  /**
   * Its kind.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * The instance as its agent sees it.
   */
  'telemetry'?: (_straightline_v1_InstanceTelemetry | null);
  /**
   * Slots reserved by placement.
   */
  'reservedSlots'?: (number);
}

/**
 * An instance and its node.
 */
export interface InstanceStatus__Output {
  /**
   * The node.
   */
  'nodeId': (string);
  /**
   * Its kind.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * The instance as its agent sees it.
   */
  'telemetry': (_straightline_v1_InstanceTelemetry__Output | null);
  /**
   * Slots reserved by placement.
   */
  'reservedSlots': (number);
}
