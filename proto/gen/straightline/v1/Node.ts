// Original file: straightline/v1/fleet.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { NodeHealth as _straightline_v1_NodeHealth, NodeHealth__Output as _straightline_v1_NodeHealth__Output } from '../../straightline/v1/NodeHealth.js';
import type { Scheduling as _straightline_v1_Scheduling, Scheduling__Output as _straightline_v1_Scheduling__Output } from '../../straightline/v1/Scheduling.js';
import type { TelemetrySnapshot as _straightline_v1_TelemetrySnapshot, TelemetrySnapshot__Output as _straightline_v1_TelemetrySnapshot__Output } from '../../straightline/v1/TelemetrySnapshot.js';
import type { Resources as _straightline_v1_Resources, Resources__Output as _straightline_v1_Resources__Output } from '../../straightline/v1/Resources.js';
import type { Long } from '@grpc/proto-loader';

/**
 * A node as placement knows it.
 */
export interface Node {
  /**
   * Unique in the fleet.
   */
  'nodeId'?: (string);
  /**
   * Its kind.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Trust in it.
   */
  'health'?: (_straightline_v1_NodeHealth);
  /**
   * Age of its last snapshot, milliseconds.
   */
  'telemetryAgeMs'?: (number | string | Long);
  /**
   * What an operator asked for.
   */
  'scheduling'?: (_straightline_v1_Scheduling);
  /**
   * Its last snapshot.
   */
  'telemetry'?: (_straightline_v1_TelemetrySnapshot | null);
  /**
   * Slots reserved by placement on each instance.
   */
  'reservedSlots'?: ({[key: string]: number});
  /**
   * Two agents claim this id: the older one is used, and this says so. Empty: none.
   */
  'conflict'?: (string);
  /**
   * What instances and stages of jobs have been promised of telemetry.capacity: what is beyond it takes nothing new. Nothing on serverless nodes, whose functions
   * share the node.
   */
  'reserved'?: (_straightline_v1_Resources | null);
}

/**
 * A node as placement knows it.
 */
export interface Node__Output {
  /**
   * Unique in the fleet.
   */
  'nodeId': (string);
  /**
   * Its kind.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Trust in it.
   */
  'health': (_straightline_v1_NodeHealth__Output);
  /**
   * Age of its last snapshot, milliseconds.
   */
  'telemetryAgeMs': (number);
  /**
   * What an operator asked for.
   */
  'scheduling': (_straightline_v1_Scheduling__Output);
  /**
   * Its last snapshot.
   */
  'telemetry': (_straightline_v1_TelemetrySnapshot__Output | null);
  /**
   * Slots reserved by placement on each instance.
   */
  'reservedSlots': ({[key: string]: number});
  /**
   * Two agents claim this id: the older one is used, and this says so. Empty: none.
   */
  'conflict': (string);
  /**
   * What instances and stages of jobs have been promised of telemetry.capacity: what is beyond it takes nothing new. Nothing on serverless nodes, whose functions
   * share the node.
   */
  'reserved': (_straightline_v1_Resources__Output | null);
}
