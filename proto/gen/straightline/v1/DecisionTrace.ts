// Original file: straightline/v1/placement.proto

import type { CandidateTrace as _straightline_v1_CandidateTrace, CandidateTrace__Output as _straightline_v1_CandidateTrace__Output } from '../../straightline/v1/CandidateTrace.js';
import type { Long } from '@grpc/proto-loader';

/**
 * How a decision came about.
 */
export interface DecisionTrace {
  /**
   * When, milliseconds since the Unix epoch.
   */
  'decidedAtMs'?: (number | string | Long);
  /**
   * Time taken to decide, microseconds.
   */
  'decideUs'?: (number | string | Long);
  /**
   * Policy that decided.
   */
  'policy'?: (string);
  /**
   * Its parameters, for example {"F": 10, "D": 262144}.
   */
  'parameters'?: ({[key: string]: number | string});
  /**
   * Request frequency f_t, per second.
   */
  'frequency'?: (number | string);
  /**
   * Whether f_t was measured here, or given by the caller.
   */
  'frequencyIsHint'?: (boolean);
  /**
   * Size of the data, bytes.
   */
  'sizeBytes'?: (number | string | Long);
  /**
   * The policy's steps in order, each a sentence.
   */
  'steps'?: (string)[];
  /**
   * Instances looked at.
   */
  'candidatesConsidered'?: (number);
  /**
   * Reason of refusal to number of instances refused.
   */
  'refusedCounts'?: ({[key: string]: number});
  /**
   * Candidates in order of preference, at most 20.
   */
  'candidates'?: (_straightline_v1_CandidateTrace)[];
  /**
   * The decision rests on stale telemetry alone.
   */
  'stale'?: (boolean);
  /**
   * How long the request waited for capacity before this decision, milliseconds.
   */
  'waitedMs'?: (number | string | Long);
  /**
   * Chosen in place of an earlier placement whose instance failed.
   */
  'retryOf'?: (string);
}

/**
 * How a decision came about.
 */
export interface DecisionTrace__Output {
  /**
   * When, milliseconds since the Unix epoch.
   */
  'decidedAtMs': (number);
  /**
   * Time taken to decide, microseconds.
   */
  'decideUs': (number);
  /**
   * Policy that decided.
   */
  'policy': (string);
  /**
   * Its parameters, for example {"F": 10, "D": 262144}.
   */
  'parameters': ({[key: string]: number});
  /**
   * Request frequency f_t, per second.
   */
  'frequency': (number);
  /**
   * Whether f_t was measured here, or given by the caller.
   */
  'frequencyIsHint': (boolean);
  /**
   * Size of the data, bytes.
   */
  'sizeBytes': (number);
  /**
   * The policy's steps in order, each a sentence.
   */
  'steps': (string)[];
  /**
   * Instances looked at.
   */
  'candidatesConsidered': (number);
  /**
   * Reason of refusal to number of instances refused.
   */
  'refusedCounts': ({[key: string]: number});
  /**
   * Candidates in order of preference, at most 20.
   */
  'candidates': (_straightline_v1_CandidateTrace__Output)[];
  /**
   * The decision rests on stale telemetry alone.
   */
  'stale': (boolean);
  /**
   * How long the request waited for capacity before this decision, milliseconds.
   */
  'waitedMs': (number);
  /**
   * Chosen in place of an earlier placement whose instance failed.
   */
  'retryOf': (string);
}
