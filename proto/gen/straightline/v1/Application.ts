// Original file: straightline/v1/deployment.proto

import type { Artifact as _straightline_v1_Artifact, Artifact__Output as _straightline_v1_Artifact__Output } from '../../straightline/v1/Artifact.js';
import type { Implementation as _straightline_v1_Implementation, Implementation__Output as _straightline_v1_Implementation__Output } from '../../straightline/v1/Implementation.js';
import type { Long } from '@grpc/proto-loader';

/**
 * What a user wants to run.
 */
export interface Application {
  /**
   * Name: 1 to 63 of a-z, 0-9 and '-', starting with a letter. Clients address it as the model's name.
   */
  'name'?: (string);
  /**
   * What to run, in every form.
   */
  'artifact'?: (_straightline_v1_Artifact | null);
  /**
   * The forms, one entry a kind.
   */
  'implementations'?: (_straightline_v1_Implementation)[];
  /**
   * Longest that one request may take, milliseconds; default 30,000.
   */
  'timeoutMs'?: (number | string | Long);
  /**
   * A request may be sent twice without harm, so that it can be retried after it was executed. Inference is.
   */
  'idempotent'?: (boolean);
  /**
   * Path that answers 200 when an instance is ready; default /v2/health/ready.
   */
  'readyPath'?: (string);
  /**
   * Path that answers InstanceStats as JSON; empty: the workload tells nothing of itself.
   */
  'statsPath'?: (string);
}

/**
 * What a user wants to run.
 */
export interface Application__Output {
  /**
   * Name: 1 to 63 of a-z, 0-9 and '-', starting with a letter. Clients address it as the model's name.
   */
  'name': (string);
  /**
   * What to run, in every form.
   */
  'artifact': (_straightline_v1_Artifact__Output | null);
  /**
   * The forms, one entry a kind.
   */
  'implementations': (_straightline_v1_Implementation__Output)[];
  /**
   * Longest that one request may take, milliseconds; default 30,000.
   */
  'timeoutMs': (number);
  /**
   * A request may be sent twice without harm, so that it can be retried after it was executed. Inference is.
   */
  'idempotent': (boolean);
  /**
   * Path that answers 200 when an instance is ready; default /v2/health/ready.
   */
  'readyPath': (string);
  /**
   * Path that answers InstanceStats as JSON; empty: the workload tells nothing of itself.
   */
  'statsPath': (string);
}
