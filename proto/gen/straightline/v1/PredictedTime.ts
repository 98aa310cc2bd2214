// Original file: straightline/v1/placement.proto


/**
 * Expected response time by part, milliseconds.
 */
export interface PredictedTime {
  /**
   * Sending the data.
   */
  'transferMs'?: (number | string);
  /**
   * Waiting for a slot.
   */
  'waitMs'?: (number | string);
  /**
   * Serving.
   */
  'serviceMs'?: (number | string);
  /**
   * Starting a worker, times its probability.
   */
  'coldStartMs'?: (number | string);
}

/**
 * Expected response time by part, milliseconds.
 */
export interface PredictedTime__Output {
  /**
   * Sending the data.
   */
  'transferMs': (number);
  /**
   * Waiting for a slot.
   */
  'waitMs': (number);
  /**
   * Serving.
   */
  'serviceMs': (number);
  /**
   * Starting a worker, times its probability.
   */
  'coldStartMs': (number);
}
