// Original file: straightline/v1/deployment.proto


/**
 * Which application.
 */
export interface UndeployRequest {
  /**
   * Its name.
   */
  'name'?: (string);
}

/**
 * Which application.
 */
export interface UndeployRequest__Output {
  /**
   * Its name.
   */
  'name': (string);
}
