// Original file: straightline/v1/telemetry.proto


/**
 * What use of a node costs. Currency is the operator's; zero means already paid for.
 */
export interface Price {
  /**
   * Per hour that an instance exists.
   */
  'perInstanceHour'?: (number | string);
  /**
   * Per request.
   */
  'perRequest'?: (number | string);
  /**
   * Per gigabyte-second of function run time.
   */
  'perGbSecond'?: (number | string);
}

/**
 * What use of a node costs. Currency is the operator's; zero means already paid for.
 */
export interface Price__Output {
  /**
   * Per hour that an instance exists.
   */
  'perInstanceHour': (number);
  /**
   * Per request.
   */
  'perRequest': (number);
  /**
   * Per gigabyte-second of function run time.
   */
  'perGbSecond': (number);
}
