// Original file: straightline/v1/job.proto


/**
 * Which job.
 */
export interface JobServiceGetRequest {
  /**
   * Its id.
   */
  'jobId'?: (string);
}

/**
 * Which job.
 */
export interface JobServiceGetRequest__Output {
  /**
   * Its id.
   */
  'jobId': (string);
}
