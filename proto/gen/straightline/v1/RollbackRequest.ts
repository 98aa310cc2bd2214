// Original file: straightline/v1/deployment.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Where to go back to.
 */
export interface RollbackRequest {
  /**
   * The application.
   */
  'name'?: (string);
  /**
   * One of rollback_generations; 0: the newest of them.
   */
  'generation'?: (number | string | Long);
}

/**
 * Where to go back to.
 */
export interface RollbackRequest__Output {
  /**
   * The application.
   */
  'name': (string);
  /**
   * One of rollback_generations; 0: the newest of them.
   */
  'generation': (number);
}
