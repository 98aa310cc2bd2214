// Original file: straightline/v1/job.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A piece of what a stage wrote, standard output and error as they came: a message of the JetStream stream JOB_LOGS on the subject
 * straightline.v1.joblogs.<node_id>.<job_id>.<stage>.<attempt>.
 */
export interface JobLog {
  /**
   * The stage.
   */
  'stage'?: (string);
  /**
   * The attempt.
   */
  'attempt'?: (number);
  /**
   * Where the piece lies in all that the attempt wrote, bytes.
   */
  'offsetBytes'?: (number | string | Long);
  /**
   * The piece.
   */
  'data'?: (Buffer | Uint8Array | string);
  /**
   * Place in the stream, for JobServiceWatchRequest.after_log_sequence. Set by Watch alone.
   */
  'sequence'?: (number | string | Long);
}

/**
 * A piece of what a stage wrote, standard output and error as they came: a message of the JetStream stream JOB_LOGS on the subject
 * straightline.v1.joblogs.<node_id>.<job_id>.<stage>.<attempt>.
 */
export interface JobLog__Output {
  /**
   * The stage.
   */
  'stage': (string);
  /**
   * The attempt.
   */
  'attempt': (number);
  /**
   * Where the piece lies in all that the attempt wrote, bytes.
   */
  'offsetBytes': (number);
  /**
   * The piece.
   */
  'data': (Buffer);
  /**
   * Place in the stream, for JobServiceWatchRequest.after_log_sequence. Set by Watch alone.
   */
  'sequence': (number);
}
