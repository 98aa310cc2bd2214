// Original file: straightline/v1/deployment.proto

import type { Artifact as _straightline_v1_Artifact, Artifact__Output as _straightline_v1_Artifact__Output } from '../../straightline/v1/Artifact.js';
import type { Implementation as _straightline_v1_Implementation, Implementation__Output as _straightline_v1_Implementation__Output } from '../../straightline/v1/Implementation.js';
import type { NodeConstraints as _straightline_v1_NodeConstraints, NodeConstraints__Output as _straightline_v1_NodeConstraints__Output } from '../../straightline/v1/NodeConstraints.js';
import type { Packing as _straightline_v1_Packing, Packing__Output as _straightline_v1_Packing__Output } from '../../straightline/v1/Packing.js';
import type { RolloutLimits as _straightline_v1_RolloutLimits, RolloutLimits__Output as _straightline_v1_RolloutLimits__Output } from '../../straightline/v1/RolloutLimits.js';
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
   * Path that answers 200 when an instance is ready; empty: the bundle's own, else /v2/health/ready.
   */
  'readyPath'?: (string);
  /**
   * Path that answers InstanceStats as JSON; empty: the bundle's own, else the workload tells nothing of itself.
   */
  'statsPath'?: (string);
  /**
   * Response time that warm capacity is sized for, milliseconds; 0: none.
   */
  'objectiveMs'?: (number | string | Long);
  /**
   * Highest price of one request; dearer nodes get no instance. 0: none.
   */
  'priceCap'?: (number | string);
  /**
   * Which nodes may run it.
   */
  'constraints'?: (_straightline_v1_NodeConstraints | null);
  /**
   * Which of these nodes are taken first; default spread.
   */
  'packing'?: (_straightline_v1_Packing);
  /**
   * When a new revision has failed.
   */
  'rollout'?: (_straightline_v1_RolloutLimits | null);
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
   * Path that answers 200 when an instance is ready; empty: the bundle's own, else /v2/health/ready.
   */
  'readyPath': (string);
  /**
   * Path that answers InstanceStats as JSON; empty: the bundle's own, else the workload tells nothing of itself.
   */
  'statsPath': (string);
  /**
   * Response time that warm capacity is sized for, milliseconds; 0: none.
   */
  'objectiveMs': (number);
  /**
   * Highest price of one request; dearer nodes get no instance. 0: none.
   */
  'priceCap': (number);
  /**
   * Which nodes may run it.
   */
  'constraints': (_straightline_v1_NodeConstraints__Output | null);
  /**
   * Which of these nodes are taken first; default spread.
   */
  'packing': (_straightline_v1_Packing__Output);
  /**
   * When a new revision has failed.
   */
  'rollout': (_straightline_v1_RolloutLimits__Output | null);
}
