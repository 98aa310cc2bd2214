// Original file: straightline/v1/placement.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The request's data, as far as placement needs to know it.
 */
export interface RequestData {
  /**
   * Size of the body, bytes; 0 or more. Signed so that a negative size is seen and refused.
   */
  'sizeBytes'?: (number | string | Long);
  /**
   * Media type, or empty.
   */
  'contentType'?: (string);
  /**
   * Share of the data that lies at each node or zone, 0..1; the sum is at most 1.
   */
  'locality'?: ({[key: string]: number | string});
}

/**
 * The request's data, as far as placement needs to know it.
 */
export interface RequestData__Output {
  /**
   * Size of the body, bytes; 0 or more. Signed so that a negative size is seen and refused.
   */
  'sizeBytes': (number);
  /**
   * Media type, or empty.
   */
  'contentType': (string);
  /**
   * Share of the data that lies at each node or zone, 0..1; the sum is at most 1.
   */
  'locality': ({[key: string]: number});
}
