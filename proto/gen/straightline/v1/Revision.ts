// Original file: straightline/v1/deployment.proto

import type { Application as _straightline_v1_Application, Application__Output as _straightline_v1_Application__Output } from '../../straightline/v1/Application.js';
import type { Long } from '@grpc/proto-loader';

/**
 * An earlier revision.
 */
export interface Revision {
  /**
   * As it was.
   */
  'spec'?: (_straightline_v1_Application | null);
  /**
   * Its number.
   */
  'generation'?: (number | string | Long);
  /**
   * When it was deployed, milliseconds since the Unix epoch.
   */
  'deployedAtMs'?: (number | string | Long);
}

/**
 * An earlier revision.
 */
export interface Revision__Output {
  /**
   * As it was.
   */
  'spec': (_straightline_v1_Application__Output | null);
  /**
   * Its number.
   */
  'generation': (number);
  /**
   * When it was deployed, milliseconds since the Unix epoch.
   */
  'deployedAtMs': (number);
}
