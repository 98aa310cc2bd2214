// Original file: straightline/v1/placement.proto

import type { PlaceRequest as _straightline_v1_PlaceRequest, PlaceRequest__Output as _straightline_v1_PlaceRequest__Output } from '../../straightline/v1/PlaceRequest.js';
import type { Placement as _straightline_v1_Placement, Placement__Output as _straightline_v1_Placement__Output } from '../../straightline/v1/Placement.js';
import type { ReportRequest as _straightline_v1_ReportRequest, ReportRequest__Output as _straightline_v1_ReportRequest__Output } from '../../straightline/v1/ReportRequest.js';

/**
 * A decision, whole.
 */
export interface ExplainResponse {
  /**
   * Request as asked.
   */
  'request'?: (_straightline_v1_PlaceRequest | null);
  /**
   * Where it went, with its trace.
   */
  'placement'?: (_straightline_v1_Placement | null);
  /**
   * How it ended; absent while it runs.
   */
  'report'?: (_straightline_v1_ReportRequest | null);
  /**
   * The lease ran out before a Report.
   */
  'leaseExpired'?: (boolean);
  /**
   * Trace id of the request, 32 hex digits, or empty.
   */
  'traceId'?: (string);
}

/**
 * A decision, whole.
 */
export interface ExplainResponse__Output {
  /**
   * Request as asked.
   */
  'request': (_straightline_v1_PlaceRequest__Output | null);
  /**
   * Where it went, with its trace.
   */
  'placement': (_straightline_v1_Placement__Output | null);
  /**
   * How it ended; absent while it runs.
   */
  'report': (_straightline_v1_ReportRequest__Output | null);
  /**
   * The lease ran out before a Report.
   */
  'leaseExpired': (boolean);
  /**
   * Trace id of the request, 32 hex digits, or empty.
   */
  'traceId': (string);
}
