// Original file: straightline/v1/deployment.proto


/**
 * Which application.
 */
export interface DeploymentServiceWatchRequest {
  /**
   * Its name.
   */
  'name'?: (string);
}

/**
 * Which application.
 */
export interface DeploymentServiceWatchRequest__Output {
  /**
   * Its name.
   */
  'name': (string);
}
