// Original file: straightline/v1/placement.proto

import type { DecisionTrace as _straightline_v1_DecisionTrace, DecisionTrace__Output as _straightline_v1_DecisionTrace__Output } from '../../straightline/v1/DecisionTrace.js';
import type { Long } from '@grpc/proto-loader';

/**
 * A refusal inside a stream; the same facts that a unary call carries in its status.
 */
export interface PlaceFailure {
  /**
   * gRPC status code.
   */
  'code'?: (number);
  /**
   * Message for people.
   */
  'message'?: (string);
  /**
   * Closed catalogue, for example NO_CAPACITY.
   */
  'reason'?: (string);
  /**
   * Advised delay before another try, milliseconds; 0: do not retry.
   */
  'retryAfterMs'?: (number | string | Long);
  /**
   * How the refusal came about.
   */
  'trace'?: (_straightline_v1_DecisionTrace | null);
}

/**
 * A refusal inside a stream; the same facts that a unary call carries in its status.
 */
export interface PlaceFailure__Output {
  /**
   * gRPC status code.
   */
  'code': (number);
  /**
   * Message for people.
   */
  'message': (string);
  /**
   * Closed catalogue, for example NO_CAPACITY.
   */
  'reason': (string);
  /**
   * Advised delay before another try, milliseconds; 0: do not retry.
   */
  'retryAfterMs': (number);
  /**
   * How the refusal came about.
   */
  'trace': (_straightline_v1_DecisionTrace__Output | null);
}
