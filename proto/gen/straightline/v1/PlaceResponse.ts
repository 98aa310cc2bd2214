// Original file: straightline/v1/placement.proto

import type { Placement as _straightline_v1_Placement, Placement__Output as _straightline_v1_Placement__Output } from '../../straightline/v1/Placement.js';

/**
 * The answer to Place.
 */
export interface PlaceResponse {
  /**
   * Where the request goes.
   */
  'placement'?: (_straightline_v1_Placement | null);
}

/**
 * The answer to Place.
 */
export interface PlaceResponse__Output {
  /**
   * Where the request goes.
   */
  'placement': (_straightline_v1_Placement__Output | null);
}
