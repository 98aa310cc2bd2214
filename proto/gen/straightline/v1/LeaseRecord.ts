// Original file: straightline/v1/deployment.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Who runs the controller: the entry `controller` of the KV bucket `leases`. A lease is held while its entry changes; no clocks are compared.
 */
export interface LeaseRecord {
  /**
   * The replica that holds it.
   */
  'holder'?: (string);
  /**
   * Counts renewals.
   */
  'beat'?: (number | string | Long);
}

/**
 * Who runs the controller: the entry `controller` of the KV bucket `leases`. A lease is held while its entry changes; no clocks are compared.
 */
export interface LeaseRecord__Output {
  /**
   * The replica that holds it.
   */
  'holder': (string);
  /**
   * Counts renewals.
   */
  'beat': (number);
}
