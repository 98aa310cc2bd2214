// Original file: straightline/v1/job.proto


/**
 * A bound on a metric.
 */
export interface Gate {
  /**
   * Name of the metric.
   */
  'metric'?: (string);
  /**
   * Least value.
   */
  'min'?: (number | string);
  /**
   * Greatest value.
   */
  'max'?: (number | string);
  '_min'?: "min";
  '_max'?: "max";
}

/**
 * A bound on a metric.
 */
export interface Gate__Output {
  /**
   * Name of the metric.
   */
  'metric': (string);
  /**
   * Least value.
   */
  'min'?: (number);
  /**
   * Greatest value.
   */
  'max'?: (number);
  '_min'?: "min";
  '_max'?: "max";
}
