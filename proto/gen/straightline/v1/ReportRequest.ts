// Original file: straightline/v1/placement.proto

import type { Outcome as _straightline_v1_Outcome, Outcome__Output as _straightline_v1_Outcome__Output } from '../../straightline/v1/Outcome.js';
import type { Long } from '@grpc/proto-loader';

/**
 * How a placed request ended.
 */
export interface ReportRequest {
  /**
   * The placement.
   */
  'placementId'?: (string);
  /**
   * How it ended.
   */
  'outcome'?: (_straightline_v1_Outcome);
  /**
   * From sending to the last byte of the answer, milliseconds.
   */
  'responseMs'?: (number | string);
  /**
   * Bytes sent.
   */
  'requestBytes'?: (number | string | Long);
  /**
   * Bytes received.
   */
  'responseBytes'?: (number | string | Long);
  /**
   * The part of response_ms that was a cold start, milliseconds; 0: none.
   */
  'coldStartMs'?: (number | string);
  /**
   * The part of response_ms that the instance spent serving, milliseconds; 0: not known.
   */
  'serviceMs'?: (number | string);
}

/**
 * How a placed request ended.
 */
export interface ReportRequest__Output {
  /**
   * The placement.
   */
  'placementId': (string);
  /**
   * How it ended.
   */
  'outcome': (_straightline_v1_Outcome__Output);
  /**
   * From sending to the last byte of the answer, milliseconds.
   */
  'responseMs': (number);
  /**
   * Bytes sent.
   */
  'requestBytes': (number);
  /**
   * Bytes received.
   */
  'responseBytes': (number);
  /**
   * The part of response_ms that was a cold start, milliseconds; 0: none.
   */
  'coldStartMs': (number);
  /**
   * The part of response_ms that the instance spent serving, milliseconds; 0: not known.
   */
  'serviceMs': (number);
}
