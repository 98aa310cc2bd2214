// Original file: straightline/v1/placement.proto


/**
 * Which decision.
 */
export interface ExplainRequest {
  /**
   * The placement.
   */
  'placementId'?: (string);
}

/**
 * Which decision.
 */
export interface ExplainRequest__Output {
  /**
   * The placement.
   */
  'placementId': (string);
}
