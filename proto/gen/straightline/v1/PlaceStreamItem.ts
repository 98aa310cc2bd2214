// Original file: straightline/v1/placement.proto

import type { PlaceRequest as _straightline_v1_PlaceRequest, PlaceRequest__Output as _straightline_v1_PlaceRequest__Output } from '../../straightline/v1/PlaceRequest.js';
import type { ReportRequest as _straightline_v1_ReportRequest, ReportRequest__Output as _straightline_v1_ReportRequest__Output } from '../../straightline/v1/ReportRequest.js';
import type { Long } from '@grpc/proto-loader';

/**
 * A request or a report.
 */
export interface PlaceStreamItem {
  /**
   * Chosen by the caller, unique among those not yet answered.
   */
  'id'?: (number | string | Long);
  /**
   * Place one request.
   */
  'place'?: (_straightline_v1_PlaceRequest | null);
  /**
   * Report one outcome; answered with an empty result.
   */
  'report'?: (_straightline_v1_ReportRequest | null);
  /**
   * W3C traceparent of the item, or empty.
   */
  'traceparent'?: (string);
  /**
   * What is asked.
   */
  'item'?: "place"|"report";
}

/**
 * A request or a report.
 */
export interface PlaceStreamItem__Output {
  /**
   * Chosen by the caller, unique among those not yet answered.
   */
  'id': (number);
  /**
   * Place one request.
   */
  'place'?: (_straightline_v1_PlaceRequest__Output | null);
  /**
   * Report one outcome; answered with an empty result.
   */
  'report'?: (_straightline_v1_ReportRequest__Output | null);
  /**
   * W3C traceparent of the item, or empty.
   */
  'traceparent': (string);
  /**
   * What is asked.
   */
  'item'?: "place"|"report";
}
