// Original file: straightline/v1/telemetry.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Requests for one application at one replica.
 */
export interface ApplicationArrivals {
  /**
   * The application.
   */
  'application'?: (string);
  /**
   * Arrived since the report before.
   */
  'count'?: (number | string | Long);
  /**
   * Waiting for capacity now.
   */
  'waiting'?: (number);
}

/**
 * Requests for one application at one replica.
 */
export interface ApplicationArrivals__Output {
  /**
   * The application.
   */
  'application': (string);
  /**
   * Arrived since the report before.
   */
  'count': (number);
  /**
   * Waiting for capacity now.
   */
  'waiting': (number);
}
