// Original file: straightline/v1/placement.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { PredictedTime as _straightline_v1_PredictedTime, PredictedTime__Output as _straightline_v1_PredictedTime__Output } from '../../straightline/v1/PredictedTime.js';
import type { DecisionTrace as _straightline_v1_DecisionTrace, DecisionTrace__Output as _straightline_v1_DecisionTrace__Output } from '../../straightline/v1/DecisionTrace.js';
import type { Long } from '@grpc/proto-loader';

/**
 * A reserved slot on an instance.
 */
export interface Placement {
  /**
   * Unique; the key for Report and Explain. Empty on a dry run.
   */
  'placementId'?: (string);
  /**
   * Node chosen.
   */
  'nodeId'?: (string);
  /**
   * Its kind.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Instance chosen.
   */
  'instanceId'?: (string);
  /**
   * Base URL for HTTP. https: the front of the instance's node, which passes the request on.
   */
  'httpEndpoint'?: (string);
  /**
   * host:port for gRPC, or empty; TLS where http_endpoint is https.
   */
  'grpcEndpoint'?: (string);
  /**
   * The slot is freed by itself after this many milliseconds without a Report.
   */
  'leaseMs'?: (number | string | Long);
  /**
   * What the answer is expected to take. Absent: unknown, as no service time is known yet.
   */
  'predicted'?: (_straightline_v1_PredictedTime | null);
  /**
   * Why, in one line, for example "f_t 2.1 <= F 10, VM slot free".
   */
  'reason'?: (string);
  /**
   * Policy that decided.
   */
  'policy'?: (string);
  /**
   * Request frequency f_t used, per second.
   */
  'frequency'?: (number | string);
  /**
   * The whole trace, where `explain` asked for it.
   */
  'trace'?: (_straightline_v1_DecisionTrace | null);
  /**
   * The application allows a request to be sent again after it was executed.
   */
  'idempotent'?: (boolean);
  /**
   * Time left until the request's deadline, milliseconds.
   */
  'deadlineMs'?: (number | string | Long);
  /**
   * Where `lease_token` asked for it and the instance is behind a front: the secret that opens the front for this placement until the lease ends, a minute
   * at most, in the header `straightline-lease`. Empty when placement has no key to sign it with (--join-key-file), and on a dry run.
   */
  'leaseToken'?: (string);
}

/**
 * A reserved slot on an instance.
 */
export interface Placement__Output {
  /**
   * Unique; the key for Report and Explain. Empty on a dry run.
   */
  'placementId': (string);
  /**
   * Node chosen.
   */
  'nodeId': (string);
  /**
   * Its kind.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Instance chosen.
   */
  'instanceId': (string);
  /**
   * Base URL for HTTP. https: the front of the instance's node, which passes the request on.
   */
  'httpEndpoint': (string);
  /**
   * host:port for gRPC, or empty; TLS where http_endpoint is https.
   */
  'grpcEndpoint': (string);
  /**
   * The slot is freed by itself after this many milliseconds without a Report.
   */
  'leaseMs': (number);
  /**
   * What the answer is expected to take. Absent: unknown, as no service time is known yet.
   */
  'predicted': (_straightline_v1_PredictedTime__Output | null);
  /**
   * Why, in one line, for example "f_t 2.1 <= F 10, VM slot free".
   */
  'reason': (string);
  /**
   * Policy that decided.
   */
  'policy': (string);
  /**
   * Request frequency f_t used, per second.
   */
  'frequency': (number);
  /**
   * The whole trace, where `explain` asked for it.
   */
  'trace': (_straightline_v1_DecisionTrace__Output | null);
  /**
   * The application allows a request to be sent again after it was executed.
   */
  'idempotent': (boolean);
  /**
   * Time left until the request's deadline, milliseconds.
   */
  'deadlineMs': (number);
  /**
   * Where `lease_token` asked for it and the instance is behind a front: the secret that opens the front for this placement until the lease ends, a minute
   * at most, in the header `straightline-lease`. Empty when placement has no key to sign it with (--join-key-file), and on a dry run.
   */
  'leaseToken': (string);
}
