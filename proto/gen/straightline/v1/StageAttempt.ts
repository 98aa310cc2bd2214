// Original file: straightline/v1/job.proto

import type { AttemptState as _straightline_v1_AttemptState, AttemptState__Output as _straightline_v1_AttemptState__Output } from '../../straightline/v1/AttemptState.js';
import type { Long } from '@grpc/proto-loader';

/**
 * One try of a stage.
 */
export interface StageAttempt {
  /**
   * Where.
   */
  'nodeId'?: (string);
  /**
   * Where it stands.
   */
  'state'?: (_straightline_v1_AttemptState);
  /**
   * Why it ended, one sentence, or empty.
   */
  'message'?: (string);
  /**
   * When it was given to the node, milliseconds since the Unix epoch.
   */
  'startedAtMs'?: (number | string | Long);
  /**
   * Milliseconds since the Unix epoch; 0: not yet.
   */
  'finishedAtMs'?: (number | string | Long);
  /**
   * GPUs that it may use, by their number on the node.
   */
  'gpuDevices'?: (number)[];
}

/**
 * One try of a stage.
 */
export interface StageAttempt__Output {
  /**
   * Where.
   */
  'nodeId': (string);
  /**
   * Where it stands.
   */
  'state': (_straightline_v1_AttemptState__Output);
  /**
   * Why it ended, one sentence, or empty.
   */
  'message': (string);
  /**
   * When it was given to the node, milliseconds since the Unix epoch.
   */
  'startedAtMs': (number);
  /**
   * Milliseconds since the Unix epoch; 0: not yet.
   */
  'finishedAtMs': (number);
  /**
   * GPUs that it may use, by their number on the node.
   */
  'gpuDevices': (number)[];
}
