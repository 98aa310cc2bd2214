// Original file: straightline/v1/placement.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { NodeHealth as _straightline_v1_NodeHealth, NodeHealth__Output as _straightline_v1_NodeHealth__Output } from '../../straightline/v1/NodeHealth.js';
import type { Long } from '@grpc/proto-loader';

/**
 * One instance as the decision saw it.
 */
export interface CandidateTrace {
  /**
   * The instance.
   */
  'instanceId'?: (string);
  /**
   * Its node.
   */
  'nodeId'?: (string);
  /**
   * Its kind.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Why it was not feasible, or empty.
   */
  'refusal'?: (string);
  /**
   * Total score, lower is better; policies without scores leave it 0.
   */
  'score'?: (number | string);
  /**
   * Score by component.
   */
  'components'?: ({[key: string]: number | string});
  /**
   * Requests counted on it: telemetry and reservations.
   */
  'inFlight'?: (number);
  /**
   * Requests it serves at the same time.
   */
  'concurrency'?: (number);
  /**
   * Age of its telemetry, milliseconds.
   */
  'telemetryAgeMs'?: (number | string | Long);
  /**
   * Trust in its node.
   */
  'nodeHealth'?: (_straightline_v1_NodeHealth);
}

/**
 * One instance as the decision saw it.
 */
export interface CandidateTrace__Output {
  /**
   * The instance.
   */
  'instanceId': (string);
  /**
   * Its node.
   */
  'nodeId': (string);
  /**
   * Its kind.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Why it was not feasible, or empty.
   */
  'refusal': (string);
  /**
   * Total score, lower is better; policies without scores leave it 0.
   */
  'score': (number);
  /**
   * Score by component.
   */
  'components': ({[key: string]: number});
  /**
   * Requests counted on it: telemetry and reservations.
   */
  'inFlight': (number);
  /**
   * Requests it serves at the same time.
   */
  'concurrency': (number);
  /**
   * Age of its telemetry, milliseconds.
   */
  'telemetryAgeMs': (number);
  /**
   * Trust in its node.
   */
  'nodeHealth': (_straightline_v1_NodeHealth__Output);
}
