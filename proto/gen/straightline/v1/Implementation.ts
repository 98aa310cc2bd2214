// Original file: straightline/v1/deployment.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { Resources as _straightline_v1_Resources, Resources__Output as _straightline_v1_Resources__Output } from '../../straightline/v1/Resources.js';
import type { Autoscale as _straightline_v1_Autoscale, Autoscale__Output as _straightline_v1_Autoscale__Output } from '../../straightline/v1/Autoscale.js';
import type { Long } from '@grpc/proto-loader';

/**
 * One form of an application.
 */
export interface Implementation {
  /**
   * The form.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Limits of one instance.
   */
  'resources'?: (_straightline_v1_Resources | null);
  /**
   * Instances, spread over the nodes of the kind; for serverless, functions.
   */
  'replicas'?: (number);
  /**
   * Requests one instance serves at a time; for serverless, workers at most. Default 1.
   */
  'concurrency'?: (number);
  /**
   * Environment of the instance.
   */
  'environment'?: ({[key: string]: string});
  /**
   * Largest request body, bytes; 0: no limit of its own. Serverless default 6,291,456.
   */
  'payloadLimitBytes'?: (number | string | Long);
  /**
   * Serverless: an idle worker is stopped after this many milliseconds; default 60,000.
   */
  'keepAliveMs'?: (number | string | Long);
  /**
   * Instances follow the measured load between these bounds, beginning with `replicas`; absent: they stay at `replicas`.
   */
  'autoscale'?: (_straightline_v1_Autoscale | null);
}

/**
 * One form of an application.
 */
export interface Implementation__Output {
  /**
   * The form.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Limits of one instance.
   */
  'resources': (_straightline_v1_Resources__Output | null);
  /**
   * Instances, spread over the nodes of the kind; for serverless, functions.
   */
  'replicas': (number);
  /**
   * Requests one instance serves at a time; for serverless, workers at most. Default 1.
   */
  'concurrency': (number);
  /**
   * Environment of the instance.
   */
  'environment': ({[key: string]: string});
  /**
   * Largest request body, bytes; 0: no limit of its own. Serverless default 6,291,456.
   */
  'payloadLimitBytes': (number);
  /**
   * Serverless: an idle worker is stopped after this many milliseconds; default 60,000.
   */
  'keepAliveMs': (number);
  /**
   * Instances follow the measured load between these bounds, beginning with `replicas`; absent: they stay at `replicas`.
   */
  'autoscale': (_straightline_v1_Autoscale__Output | null);
}
