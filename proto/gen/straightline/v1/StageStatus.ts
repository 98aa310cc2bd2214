// Original file: straightline/v1/job.proto

import type { JobState as _straightline_v1_JobState, JobState__Output as _straightline_v1_JobState__Output } from '../../straightline/v1/JobState.js';
import type { StageAttempt as _straightline_v1_StageAttempt, StageAttempt__Output as _straightline_v1_StageAttempt__Output } from '../../straightline/v1/StageAttempt.js';
import type { Bundle as _straightline_v1_Bundle, Bundle__Output as _straightline_v1_Bundle__Output } from '../../straightline/v1/Bundle.js';
import type { Long } from '@grpc/proto-loader';

/**
 * One stage's progress.
 */
export interface StageStatus {
  /**
   * The stage.
   */
  'name'?: (string);
  /**
   * Where it stands.
   */
  'state'?: (_straightline_v1_JobState);
  /**
   * What it waits for or why it failed, one sentence, or empty.
   */
  'message'?: (string);
  /**
   * The first first; at most 20.
   */
  'attempts'?: (_straightline_v1_StageAttempt)[];
  /**
   * What the attempt that succeeded wrote.
   */
  'metrics'?: ({[key: string]: number | string});
  /**
   * What the attempt that succeeded made.
   */
  'artifacts'?: ({[key: string]: _straightline_v1_Bundle});
  /**
   * The next attempt does not begin before, milliseconds since the Unix epoch.
   */
  'notBeforeMs'?: (number | string | Long);
}

/**
 * One stage's progress.
 */
export interface StageStatus__Output {
  /**
   * The stage.
   */
  'name': (string);
  /**
   * Where it stands.
   */
  'state': (_straightline_v1_JobState__Output);
  /**
   * What it waits for or why it failed, one sentence, or empty.
   */
  'message': (string);
  /**
   * The first first; at most 20.
   */
  'attempts': (_straightline_v1_StageAttempt__Output)[];
  /**
   * What the attempt that succeeded wrote.
   */
  'metrics': ({[key: string]: number});
  /**
   * What the attempt that succeeded made.
   */
  'artifacts': ({[key: string]: _straightline_v1_Bundle__Output});
  /**
   * The next attempt does not begin before, milliseconds since the Unix epoch.
   */
  'notBeforeMs': (number);
}
