// Original file: straightline/v1/telemetry.proto

import type { ApplicationArrivals as _straightline_v1_ApplicationArrivals, ApplicationArrivals__Output as _straightline_v1_ApplicationArrivals__Output } from '../../straightline/v1/ApplicationArrivals.js';

/**
 * What a replica of placement tells the others of requests: twice a second on the NATS subject straightline.v1.arrivals, when there are any.
 */
export interface ArrivalReport {
  /**
   * The replica, unique among them.
   */
  'replica'?: (string);
  /**
   * Those that were asked for or are waited for.
   */
  'applications'?: (_straightline_v1_ApplicationArrivals)[];
}

/**
 * What a replica of placement tells the others of requests: twice a second on the NATS subject straightline.v1.arrivals, when there are any.
 */
export interface ArrivalReport__Output {
  /**
   * The replica, unique among them.
   */
  'replica': (string);
  /**
   * Those that were asked for or are waited for.
   */
  'applications': (_straightline_v1_ApplicationArrivals__Output)[];
}
