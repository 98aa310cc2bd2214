// Original file: straightline/v1/job.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Which job.
 */
export interface JobServiceWatchRequest {
  /**
   * Its id.
   */
  'jobId'?: (string);
  /**
   * Logs after this place alone; 0: from their beginning.
   */
  'afterLogSequence'?: (number | string | Long);
  /**
   * End as soon as all that is there now has been sent.
   */
  'snapshot'?: (boolean);
}

/**
 * Which job.
 */
export interface JobServiceWatchRequest__Output {
  /**
   * Its id.
   */
  'jobId': (string);
  /**
   * Logs after this place alone; 0: from their beginning.
   */
  'afterLogSequence': (number);
  /**
   * End as soon as all that is there now has been sent.
   */
  'snapshot': (boolean);
}
