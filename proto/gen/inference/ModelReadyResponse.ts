// Original file: inference/grpc_service.proto


/**
 * Readiness of a model.
 */
export interface ModelReadyResponse {
  /**
   * True when requests are taken.
   */
  'ready'?: (boolean);
}

/**
 * Readiness of a model.
 */
export interface ModelReadyResponse__Output {
  /**
   * True when requests are taken.
   */
  'ready': (boolean);
}
