// Original file: straightline/v1/placement.proto

import type { PlaceStreamResult as _straightline_v1_PlaceStreamResult, PlaceStreamResult__Output as _straightline_v1_PlaceStreamResult__Output } from '../../straightline/v1/PlaceStreamResult.js';

/**
 * Answers, as they are ready.
 */
export interface PlaceStreamResponse {
  /**
   * One for each item.
   */
  'results'?: (_straightline_v1_PlaceStreamResult)[];
}

/**
 * Answers, as they are ready.
 */
export interface PlaceStreamResponse__Output {
  /**
   * One for each item.
   */
  'results': (_straightline_v1_PlaceStreamResult__Output)[];
}
