// Original file: inference/grpc_service.proto


/**
 * Readiness.
 */
export interface ServerReadyResponse {
  /**
   * True when requests are taken.
   */
  'ready'?: (boolean);
}

/**
 * Readiness.
 */
export interface ServerReadyResponse__Output {
  /**
   * True when requests are taken.
   */
  'ready': (boolean);
}
