// Original file: straightline/v1/placement.proto

import type { PlaceStreamItem as _straightline_v1_PlaceStreamItem, PlaceStreamItem__Output as _straightline_v1_PlaceStreamItem__Output } from '../../straightline/v1/PlaceStreamItem.js';

/**
 * Many requests in one message.
 */
export interface PlaceStreamRequest {
  /**
   * At most 256 items.
   */
  'items'?: (_straightline_v1_PlaceStreamItem)[];
}

/**
 * Many requests in one message.
 */
export interface PlaceStreamRequest__Output {
  /**
   * At most 256 items.
   */
  'items': (_straightline_v1_PlaceStreamItem__Output)[];
}
