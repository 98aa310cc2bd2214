// Original file: straightline/v1/fleet.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { Long } from '@grpc/proto-loader';

/**
 * Whom a node id belongs to: an entry of the KV bucket `identities`, key node.<node_id>.
 */
export interface NodeIdentity {
  /**
   * The node.
   */
  'nodeId'?: (string);
  /**
   * Its kind.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * Public keys that have credentials for the node; the last one is in use.
   */
  'publicKeys'?: (string)[];
  /**
   * The agent has been uninstalled: the id may be taken again.
   */
  'left'?: (boolean);
  /**
   * When it joined, milliseconds since the Unix epoch.
   */
  'joinedAtMs'?: (number | string | Long);
}

/**
 * Whom a node id belongs to: an entry of the KV bucket `identities`, key node.<node_id>.
 */
export interface NodeIdentity__Output {
  /**
   * The node.
   */
  'nodeId': (string);
  /**
   * Its kind.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * Public keys that have credentials for the node; the last one is in use.
   */
  'publicKeys': (string)[];
  /**
   * The agent has been uninstalled: the id may be taken again.
   */
  'left': (boolean);
  /**
   * When it joined, milliseconds since the Unix epoch.
   */
  'joinedAtMs': (number);
}
