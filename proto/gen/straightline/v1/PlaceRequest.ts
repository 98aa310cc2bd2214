// Original file: straightline/v1/placement.proto

import type { RequestData as _straightline_v1_RequestData, RequestData__Output as _straightline_v1_RequestData__Output } from '../../straightline/v1/RequestData.js';
import type { PlacementConstraints as _straightline_v1_PlacementConstraints, PlacementConstraints__Output as _straightline_v1_PlacementConstraints__Output } from '../../straightline/v1/PlacementConstraints.js';
import type { Long } from '@grpc/proto-loader';

/**
 * One request to be placed.
 */
export interface PlaceRequest {
  /**
   * Application that the request is for.
   */
  'application'?: (string);
  /**
   * What is known of the data.
   */
  'data'?: (_straightline_v1_RequestData | null);
  /**
   * Time left until the caller gives up, milliseconds from receipt. 0: the RPC's own deadline, or the application's timeout.
   */
  'deadlineMs'?: (number | string | Long);
  /**
   * What the instance must fulfil.
   */
  'constraints'?: (_straightline_v1_PlacementConstraints | null);
  /**
   * The caller's own figure of request frequency, per second; absent: placement measures it.
   */
  'frequencyHint'?: (number | string);
  /**
   * Two calls with one key get one placement. At most 128 characters; empty: none.
   */
  'idempotencyKey'?: (string);
  /**
   * Policy for this request only; empty: the configured one.
   */
  'policy'?: (string);
  /**
   * Wait for capacity until the deadline rather than be refused with RESOURCE_EXHAUSTED.
   */
  'wait'?: (boolean);
  /**
   * Decide, but reserve and count nothing.
   */
  'dryRun'?: (boolean);
  /**
   * Attach the decision's trace to the answer.
   */
  'explain'?: (boolean);
  /**
   * Id of the placement that this one replaces, as its instance failed; empty: none. At most 128 characters.
   */
  'retryOf'?: (string);
  /**
   * Attach a lease's token to the answer, for a caller that sends to the instance itself.
   */
  'leaseToken'?: (boolean);
  '_frequencyHint'?: "frequencyHint";
}

/**
 * One request to be placed.
 */
export interface PlaceRequest__Output {
  /**
   * Application that the request is for.
   */
  'application': (string);
  /**
   * What is known of the data.
   */
  'data': (_straightline_v1_RequestData__Output | null);
  /**
   * Time left until the caller gives up, milliseconds from receipt. 0: the RPC's own deadline, or the application's timeout.
   */
  'deadlineMs': (number);
  /**
   * What the instance must fulfil.
   */
  'constraints': (_straightline_v1_PlacementConstraints__Output | null);
  /**
   * The caller's own figure of request frequency, per second; absent: placement measures it.
   */
  'frequencyHint'?: (number);
  /**
   * Two calls with one key get one placement. At most 128 characters; empty: none.
   */
  'idempotencyKey': (string);
  /**
   * Policy for this request only; empty: the configured one.
   */
  'policy': (string);
  /**
   * Wait for capacity until the deadline rather than be refused with RESOURCE_EXHAUSTED.
   */
  'wait': (boolean);
  /**
   * Decide, but reserve and count nothing.
   */
  'dryRun': (boolean);
  /**
   * Attach the decision's trace to the answer.
   */
  'explain': (boolean);
  /**
   * Id of the placement that this one replaces, as its instance failed; empty: none. At most 128 characters.
   */
  'retryOf': (string);
  /**
   * Attach a lease's token to the answer, for a caller that sends to the instance itself.
   */
  'leaseToken': (boolean);
  '_frequencyHint'?: "frequencyHint";
}
