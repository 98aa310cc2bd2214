// Original file: straightline/v1/deployment.proto


/**
 * Which application.
 */
export interface GetRequest {
  /**
   * Its name.
   */
  'name'?: (string);
}

/**
 * Which application.
 */
export interface GetRequest__Output {
  /**
   * Its name.
   */
  'name': (string);
}
