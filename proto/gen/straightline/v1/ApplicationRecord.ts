// Original file: straightline/v1/deployment.proto

import type { Application as _straightline_v1_Application, Application__Output as _straightline_v1_Application__Output } from '../../straightline/v1/Application.js';
import type { Long } from '@grpc/proto-loader';

/**
 * Desired state: an entry of the KV bucket `applications`, key <name>.
 */
export interface ApplicationRecord {
  /**
   * As asked, with defaults filled in.
   */
  'spec'?: (_straightline_v1_Application | null);
  /**
   * Counts Deploy calls.
   */
  'generation'?: (number | string | Long);
  /**
   * When last deployed, milliseconds since the Unix epoch.
   */
  'deployedAtMs'?: (number | string | Long);
  /**
   * W3C traceparent of the Deploy call, or empty.
   */
  'traceparent'?: (string);
}

/**
 * Desired state: an entry of the KV bucket `applications`, key <name>.
 */
export interface ApplicationRecord__Output {
  /**
   * As asked, with defaults filled in.
   */
  'spec': (_straightline_v1_Application__Output | null);
  /**
   * Counts Deploy calls.
   */
  'generation': (number);
  /**
   * When last deployed, milliseconds since the Unix epoch.
   */
  'deployedAtMs': (number);
  /**
   * W3C traceparent of the Deploy call, or empty.
   */
  'traceparent': (string);
}
