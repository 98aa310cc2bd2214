// Original file: straightline/v1/fleet.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A token that has been exchanged: an entry of the KV bucket `identities`, key token.<token id>.
 */
export interface SpentToken {
  /**
   * The node that used it.
   */
  'nodeId'?: (string);
  /**
   * When, milliseconds since the Unix epoch.
   */
  'spentAtMs'?: (number | string | Long);
}

/**
 * A token that has been exchanged: an entry of the KV bucket `identities`, key token.<token id>.
 */
export interface SpentToken__Output {
  /**
   * The node that used it.
   */
  'nodeId': (string);
  /**
   * When, milliseconds since the Unix epoch.
   */
  'spentAtMs': (number);
}
