// Original file: straightline/v1/job.proto

import type { AttemptState as _straightline_v1_AttemptState, AttemptState__Output as _straightline_v1_AttemptState__Output } from '../../straightline/v1/AttemptState.js';
import type { Bundle as _straightline_v1_Bundle, Bundle__Output as _straightline_v1_Bundle__Output } from '../../straightline/v1/Bundle.js';

/**
 * What became of it: an entry of the KV bucket `job-results` with the key of the run. The agent writes it, and removes it after the run.
 */
export interface StageResult {
  /**
   * Running, succeeded, failed or lost.
   */
  'state'?: (_straightline_v1_AttemptState);
  /**
   * Why, one sentence, or empty.
   */
  'message'?: (string);
  /**
   * What the stage wrote to $STRAIGHTLINE_METRICS.
   */
  'metrics'?: ({[key: string]: number | string});
  /**
   * What the stage left in $STRAIGHTLINE_OUTPUTS.
   */
  'artifacts'?: ({[key: string]: _straightline_v1_Bundle});
}

/**
 * What became of it: an entry of the KV bucket `job-results` with the key of the run. The agent writes it, and removes it after the run.
 */
export interface StageResult__Output {
  /**
   * Running, succeeded, failed or lost.
   */
  'state': (_straightline_v1_AttemptState__Output);
  /**
   * Why, one sentence, or empty.
   */
  'message': (string);
  /**
   * What the stage wrote to $STRAIGHTLINE_METRICS.
   */
  'metrics': ({[key: string]: number});
  /**
   * What the stage left in $STRAIGHTLINE_OUTPUTS.
   */
  'artifacts': ({[key: string]: _straightline_v1_Bundle__Output});
}
