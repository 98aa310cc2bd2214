// Original file: straightline/v1/deployment.proto

import type { Application as _straightline_v1_Application, Application__Output as _straightline_v1_Application__Output } from '../../straightline/v1/Application.js';
import type { InstanceStatus as _straightline_v1_InstanceStatus, InstanceStatus__Output as _straightline_v1_InstanceStatus__Output } from '../../straightline/v1/InstanceStatus.js';
import type { ImplementationStatus as _straightline_v1_ImplementationStatus, ImplementationStatus__Output as _straightline_v1_ImplementationStatus__Output } from '../../straightline/v1/ImplementationStatus.js';
import type { RolloutStatus as _straightline_v1_RolloutStatus, RolloutStatus__Output as _straightline_v1_RolloutStatus__Output } from '../../straightline/v1/RolloutStatus.js';
import type { Long } from '@grpc/proto-loader';

/**
 * Where an application stands.
 */
export interface ApplicationStatus {
  /**
   * As asked.
   */
  'spec'?: (_straightline_v1_Application | null);
  /**
   * Number of what its instances run.
   */
  'generation'?: (number | string | Long);
  /**
   * When last deployed, milliseconds since the Unix epoch.
   */
  'deployedAtMs'?: (number | string | Long);
  /**
   * Instances that live, with their nodes.
   */
  'instances'?: (_straightline_v1_InstanceStatus)[];
  /**
   * Per kind, how many are wanted and ready, or why not.
   */
  'implementations'?: (_straightline_v1_ImplementationStatus)[];
  /**
   * Measured request frequency f_t, per second.
   */
  'frequency'?: (number | string);
  /**
   * How far the present revision is.
   */
  'rollout'?: (_straightline_v1_RolloutStatus | null);
  /**
   * Generations that Rollback can go back to, newest first.
   */
  'rollbackGenerations'?: (number | string | Long)[];
  /**
   * Trace of the Deploy call, 32 hex digits, or empty; what its assignments and agents did is in it too.
   */
  'traceId'?: (string);
  /**
   * For how long no node has been heard, of whatever kind, milliseconds: what the status shows of instances is as old. 0: one has been heard within the last ticks or
   * the last three seconds, or there is none to hear.
   */
  'fleetSilentMs'?: (number | string | Long);
}

/**
 * Where an application stands.
 */
export interface ApplicationStatus__Output {
  /**
   * As asked.
   */
  'spec': (_straightline_v1_Application__Output | null);
  /**
   * Number of what its instances run.
   */
  'generation': (number);
  /**
   * When last deployed, milliseconds since the Unix epoch.
   */
  'deployedAtMs': (number);
  /**
   * Instances that live, with their nodes.
   */
  'instances': (_straightline_v1_InstanceStatus__Output)[];
  /**
   * Per kind, how many are wanted and ready, or why not.
   */
  'implementations': (_straightline_v1_ImplementationStatus__Output)[];
  /**
   * Measured request frequency f_t, per second.
   */
  'frequency': (number);
  /**
   * How far the present revision is.
   */
  'rollout': (_straightline_v1_RolloutStatus__Output | null);
  /**
   * Generations that Rollback can go back to, newest first.
   */
  'rollbackGenerations': (number)[];
  /**
   * Trace of the Deploy call, 32 hex digits, or empty; what its assignments and agents did is in it too.
   */
  'traceId': (string);
  /**
   * For how long no node has been heard, of whatever kind, milliseconds: what the status shows of instances is as old. 0: one has been heard within the last ticks or
   * the last three seconds, or there is none to hear.
   */
  'fleetSilentMs': (number);
}
