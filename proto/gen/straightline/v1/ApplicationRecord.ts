// Original file: straightline/v1/deployment.proto

import type { Application as _straightline_v1_Application, Application__Output as _straightline_v1_Application__Output } from '../../straightline/v1/Application.js';
import type { Revision as _straightline_v1_Revision, Revision__Output as _straightline_v1_Revision__Output } from '../../straightline/v1/Revision.js';
import type { RolloutStatus as _straightline_v1_RolloutStatus, RolloutStatus__Output as _straightline_v1_RolloutStatus__Output } from '../../straightline/v1/RolloutStatus.js';
import type { ScaledForm as _straightline_v1_ScaledForm, ScaledForm__Output as _straightline_v1_ScaledForm__Output } from '../../straightline/v1/ScaledForm.js';
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
   * Number of what the instances run. A new revision gets the next; Rollback takes an earlier one back, and its instances with it.
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
  /**
   * The highest generation ever given.
   */
  'lastGeneration'?: (number | string | Long);
  /**
   * Earlier revisions that were ready, newest first, at most 5.
   */
  'revisions'?: (_straightline_v1_Revision)[];
  /**
   * How far the present revision is.
   */
  'rollout'?: (_straightline_v1_RolloutStatus | null);
  /**
   * What the autoscaler has chosen, for forms that follow the load; functions always do.
   */
  'scaled'?: (_straightline_v1_ScaledForm)[];
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
   * Number of what the instances run. A new revision gets the next; Rollback takes an earlier one back, and its instances with it.
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
  /**
   * The highest generation ever given.
   */
  'lastGeneration': (number);
  /**
   * Earlier revisions that were ready, newest first, at most 5.
   */
  'revisions': (_straightline_v1_Revision__Output)[];
  /**
   * How far the present revision is.
   */
  'rollout': (_straightline_v1_RolloutStatus__Output | null);
  /**
   * What the autoscaler has chosen, for forms that follow the load; functions always do.
   */
  'scaled': (_straightline_v1_ScaledForm__Output)[];
}
