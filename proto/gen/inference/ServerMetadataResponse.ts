// Original file: inference/grpc_service.proto


/**
 * What the server is.
 */
export interface ServerMetadataResponse {
  /**
   * Server name.
   */
  'name'?: (string);
  /**
   * Server version.
   */
  'version'?: (string);
  /**
   * Extensions supported.
   */
  'extensions'?: (string)[];
}

/**
 * What the server is.
 */
export interface ServerMetadataResponse__Output {
  /**
   * Server name.
   */
  'name': (string);
  /**
   * Server version.
   */
  'version': (string);
  /**
   * Extensions supported.
   */
  'extensions': (string)[];
}
