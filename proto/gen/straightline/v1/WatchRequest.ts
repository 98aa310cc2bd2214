// Original file: straightline/v1/placement.proto


/**
 * Which decisions to watch.
 */
export interface WatchRequest {
  /**
   * Application; empty: all.
   */
  'application'?: (string);
}

/**
 * Which decisions to watch.
 */
export interface WatchRequest__Output {
  /**
   * Application; empty: all.
   */
  'application': (string);
}
