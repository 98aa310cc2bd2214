// Original file: straightline/v1/placement.proto

import type { Placement as _straightline_v1_Placement, Placement__Output as _straightline_v1_Placement__Output } from '../../straightline/v1/Placement.js';
import type { PlaceFailure as _straightline_v1_PlaceFailure, PlaceFailure__Output as _straightline_v1_PlaceFailure__Output } from '../../straightline/v1/PlaceFailure.js';
import type { Long } from '@grpc/proto-loader';

/**
 * The answer to one item.
 */
export interface PlaceStreamResult {
  /**
   * The item's id.
   */
  'id'?: (number | string | Long);
  /**
   * Where the request goes.
   */
  'placement'?: (_straightline_v1_Placement | null);
  /**
   * Why it goes nowhere.
   */
  'failure'?: (_straightline_v1_PlaceFailure | null);
  /**
   * What came of it. Absent for a report that was taken.
   */
  'result'?: "placement"|"failure";
}

/**
 * The answer to one item.
 */
export interface PlaceStreamResult__Output {
  /**
   * The item's id.
   */
  'id': (number);
  /**
   * Where the request goes.
   */
  'placement'?: (_straightline_v1_Placement__Output | null);
  /**
   * Why it goes nowhere.
   */
  'failure'?: (_straightline_v1_PlaceFailure__Output | null);
  /**
   * What came of it. Absent for a report that was taken.
   */
  'result'?: "placement"|"failure";
}
