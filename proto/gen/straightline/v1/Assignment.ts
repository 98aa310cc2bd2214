// Original file: straightline/v1/deployment.proto

import type { Application as _straightline_v1_Application, Application__Output as _straightline_v1_Application__Output } from '../../straightline/v1/Application.js';
import type { Implementation as _straightline_v1_Implementation, Implementation__Output as _straightline_v1_Implementation__Output } from '../../straightline/v1/Implementation.js';
import type { Long } from '@grpc/proto-loader';

/**
 * What one agent must run: an entry of the KV bucket `assignments`, key <node_id>.<application>.<replica>.
 */
export interface Assignment {
  /**
   * Node it is for.
   */
  'nodeId'?: (string);
  /**
   * Application.
   */
  'application'?: (string);
  /**
   * Which of the replicas of this kind, from 0.
   */
  'replica'?: (number);
  /**
   * The application at this generation.
   */
  'spec'?: (_straightline_v1_Application | null);
  /**
   * The form, one of spec.implementations.
   */
  'implementation'?: (_straightline_v1_Implementation | null);
  /**
   * Names what is to run; an agent replaces an instance of another one.
   */
  'generation'?: (number | string | Long);
  /**
   * W3C traceparent of the Deploy call, or empty.
   */
  'traceparent'?: (string);
  /**
   * Serverless: workers to be kept warm, busy ones counted, at most the concurrency. A change restarts nothing: missing workers are started, and of those beyond
   * it each ends once it has been idle for the keep-alive.
   */
  'warmWorkers'?: (number);
  /**
   * Numbers of the node's GPUs that are the instance's alone, as many as its resources ask for. Empty although it asks for some: placement is of a version
   * that gives none, and the instance gets as many as it asks for, which may be others' too.
   */
  'gpuDevices'?: (number)[];
}

/**
 * What one agent must run: an entry of the KV bucket `assignments`, key <node_id>.<application>.<replica>.
 */
export interface Assignment__Output {
  /**
   * Node it is for.
   */
  'nodeId': (string);
  /**
   * Application.
   */
  'application': (string);
  /**
   * Which of the replicas of this kind, from 0.
   */
  'replica': (number);
  /**
   * The application at this generation.
   */
  'spec': (_straightline_v1_Application__Output | null);
  /**
   * The form, one of spec.implementations.
   */
  'implementation': (_straightline_v1_Implementation__Output | null);
  /**
   * Names what is to run; an agent replaces an instance of another one.
   */
  'generation': (number);
  /**
   * W3C traceparent of the Deploy call, or empty.
   */
  'traceparent': (string);
  /**
   * Serverless: workers to be kept warm, busy ones counted, at most the concurrency. A change restarts nothing: missing workers are started, and of those beyond
   * it each ends once it has been idle for the keep-alive.
   */
  'warmWorkers': (number);
  /**
   * Numbers of the node's GPUs that are the instance's alone, as many as its resources ask for. Empty although it asks for some: placement is of a version
   * that gives none, and the instance gets as many as it asks for, which may be others' too.
   */
  'gpuDevices': (number)[];
}
