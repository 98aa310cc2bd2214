// Original file: inference/grpc_service.proto


/**
 * Which model.
 */
export interface ModelMetadataRequest {
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
export interface ModelMetadataRequest__Output {
  /**
   * Model name.
   */
  'name': (string);
  /**
   * Model version; empty: the server's choice.
   */
  'version': (string);
}
