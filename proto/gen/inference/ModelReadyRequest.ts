// Original file: inference/grpc_service.proto


/**
 * Which model.
 */
export interface ModelReadyRequest {
  /**
   * Model name.
   */
  'name'?: (string);
  /**
   * Model version; empty: the server's choice.
   */
  'version'?: (string);
}

/**
 * Which model.
 */
export interface ModelReadyRequest__Output {
  /**
   * Model name.
   */
  'name': (string);
  /**
   * Model version; empty: the server's choice.
   */
  'version': (string);
}
