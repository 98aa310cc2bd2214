// Original file: straightline/v1/placement.proto

import type { Placement as _straightline_v1_Placement, Placement__Output as _straightline_v1_Placement__Output } from '../../straightline/v1/Placement.js';
import type { PlaceFailure as _straightline_v1_PlaceFailure, PlaceFailure__Output as _straightline_v1_PlaceFailure__Output } from '../../straightline/v1/PlaceFailure.js';
import type { Long } from '@grpc/proto-loader';

/**
 * A decision as it is made.
 */
export interface WatchResponse {
  /**
   * Application.
   */
  'application'?: (string);
  /**
   * Size of the data, bytes.
   */
  'sizeBytes'?: (number | string | Long);
  /**
   * Where the request goes.
   */
  'placement'?: (_straightline_v1_Placement | null);
  /**
   * Why it goes nowhere.
   */
  'failure'?: (_straightline_v1_PlaceFailure | null);
  /**
   * What came of it.
   */
  'result'?: "placement"|"failure";
}

/**
 * A decision as it is made.
 */
export interface WatchResponse__Output {
  /**
   * Application.
   */
  'application': (string);
  /**
   * Size of the data, bytes.
   */
  'sizeBytes': (number);
  /**
   * Where the request goes.
   */
  'placement'?: (_straightline_v1_Placement__Output | null);
  /**
   * Why it goes nowhere.
   */
  'failure'?: (_straightline_v1_PlaceFailure__Output | null);
  /**
   * What came of it.
   */
  'result'?: "placement"|"failure";
}
