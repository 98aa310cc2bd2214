// Original file: straightline/v1/telemetry.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A distribution of durations in exponential buckets: bucket i holds values in (base^(i-1), base^i] milliseconds,
 * base = 1.1, so that a quantile read from it is off by at most 10%.
 */
export interface DurationSketch {
  /**
   * Number of values.
   */
  'count'?: (number | string | Long);
  /**
   * Sum of values, milliseconds.
   */
  'sumMs'?: (number | string);
  /**
   * Bucket index to number of values.
   */
  'buckets'?: ({[key: number]: number | string | Long});
}

/**
 * A distribution of durations in exponential buckets: bucket i holds values in (base^(i-1), base^i] milliseconds,
 * base = 1.1, so that a quantile read from it is off by at most 10%.
 */
export interface DurationSketch__Output {
  /**
   * Number of values.
   */
  'count': (number);
  /**
   * Sum of values, milliseconds.
   */
  'sumMs': (number);
  /**
   * Bucket index to number of values.
   */
  'buckets': ({[key: number]: number});
}
