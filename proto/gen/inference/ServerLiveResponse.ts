// Original file: inference/grpc_service.proto


/**
 * Liveness.
 */
export interface ServerLiveResponse {
  /**
   * True when the process lives.
   */
  'live'?: (boolean);
}

/**
 * Liveness.
 */
export interface ServerLiveResponse__Output {
  /**
   * True when the process lives.
   */
  'live': (boolean);
}
