// Original file: straightline/v1/job.proto

import type { JobStage as _straightline_v1_JobStage, JobStage__Output as _straightline_v1_JobStage__Output } from '../../straightline/v1/JobStage.js';
import type { Bundle as _straightline_v1_Bundle, Bundle__Output as _straightline_v1_Bundle__Output } from '../../straightline/v1/Bundle.js';

/**
 * What an agent must run once: an entry of the KV bucket `job-runs`, key <node_id>.<job_id>.<stage>.<attempt>. It is ended when the entry goes.
 */
export interface StageRun {
  /**
   * Node it is for.
   */
  'nodeId'?: (string);
  /**
   * The job.
   */
  'jobId'?: (string);
  /**
   * The stage.
   */
  'stage'?: (_straightline_v1_JobStage | null);
  /**
   * 1, 2, 3 ...
   */
  'attempt'?: (number);
  /**
   * The job's source folder, or absent.
   */
  'source'?: (_straightline_v1_Bundle | null);
  /**
   * The stage's inputs by name.
   */
  'inputs'?: ({[key: string]: _straightline_v1_Bundle});
  /**
   * GPUs that it may use, by their number on the node.
   */
  'gpuDevices'?: (number)[];
  /**
   * W3C traceparent of the Submit call, or empty.
   */
  'traceparent'?: (string);
}

/**
 * What an agent must run once: an entry of the KV bucket `job-runs`, key <node_id>.<job_id>.<stage>.<attempt>. It is ended when the entry goes.
 */
export interface StageRun__Output {
  /**
   * Node it is for.
   */
  'nodeId': (string);
  /**
   * The job.
   */
  'jobId': (string);
  /**
   * The stage.
   */
  'stage': (_straightline_v1_JobStage__Output | null);
  /**
   * 1, 2, 3 ...
   */
  'attempt': (number);
  /**
   * The job's source folder, or absent.
   */
  'source': (_straightline_v1_Bundle__Output | null);
  /**
   * The stage's inputs by name.
   */
  'inputs': ({[key: string]: _straightline_v1_Bundle__Output});
  /**
   * GPUs that it may use, by their number on the node.
   */
  'gpuDevices': (number)[];
  /**
   * W3C traceparent of the Submit call, or empty.
   */
  'traceparent': (string);
}
