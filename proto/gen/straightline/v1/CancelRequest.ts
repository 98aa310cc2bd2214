// Original file: straightline/v1/job.proto


/**
 * Which job.
 */
export interface CancelRequest {
  /**
   * Its id.
   */
  'jobId'?: (string);
}

/**
 * Which job.
 */
export interface CancelRequest__Output {
  /**
   * Its id.
   */
  'jobId': (string);
}
