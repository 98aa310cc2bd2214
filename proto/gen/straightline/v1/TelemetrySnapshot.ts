// Original file: straightline/v1/telemetry.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { NodeCapacity as _straightline_v1_NodeCapacity, NodeCapacity__Output as _straightline_v1_NodeCapacity__Output } from '../../straightline/v1/NodeCapacity.js';
import type { NodeUsage as _straightline_v1_NodeUsage, NodeUsage__Output as _straightline_v1_NodeUsage__Output } from '../../straightline/v1/NodeUsage.js';
import type { InstanceTelemetry as _straightline_v1_InstanceTelemetry, InstanceTelemetry__Output as _straightline_v1_InstanceTelemetry__Output } from '../../straightline/v1/InstanceTelemetry.js';
import type { Price as _straightline_v1_Price, Price__Output as _straightline_v1_Price__Output } from '../../straightline/v1/Price.js';
import type { Long } from '@grpc/proto-loader';

/**
 * What an agent tells of its node: once per tick and at once on a material change, on the NATS subject
 * straightline.v1.telemetry.<kind>.<node_id>.
 */
export interface TelemetrySnapshot {
  /**
   * The node; must equal the last token of the subject.
   */
  'nodeId'?: (string);
  /**
   * The node's kind; must equal the token before it.
   */
  'kind'?: (_straightline_v1_NodeKind);
  /**
   * When this agent process started, milliseconds since the Unix epoch. A greater value restarts `sequence`.
   */
  'agentEpochMs'?: (number | string | Long);
  /**
   * 1, 2, 3 ... within an epoch. A lower or equal value than the last seen is dropped.
   */
  'sequence'?: (number | string | Long);
  /**
   * When the snapshot was taken, milliseconds since the Unix epoch, by the agent's clock.
   */
  'takenAtMs'?: (number | string | Long);
  /**
   * What the node has.
   */
  'capacity'?: (_straightline_v1_NodeCapacity | null);
  /**
   * What of it is in use.
   */
  'usage'?: (_straightline_v1_NodeUsage | null);
  /**
   * Every instance that the agent runs.
   */
  'instances'?: (_straightline_v1_InstanceTelemetry)[];
  /**
   * Time between two ticks, milliseconds: the unit in which placement counts missed ticks.
   */
  'tickMs'?: (number | string | Long);
  /**
   * Operator's labels, for constraints.
   */
  'labels'?: ({[key: string]: string});
  /**
   * Zone of the node, or empty.
   */
  'zone'?: (string);
  /**
   * What use of this node costs.
   */
  'price'?: (_straightline_v1_Price | null);
  /**
   * A random number drawn when the agent process starts: tells two agents apart that claim one node id.
   */
  'agentInstanceId'?: (string);
  /**
   * Why the node takes no new instance (for example "engine unreachable"), or empty.
   */
  'impairment'?: (string);
  /**
   * No look at the instances has ended since the snapshot before: what it says of one whose state is the same is no news.
   */
  'instancesUnseen'?: (boolean);
}

/**
 * What an agent tells of its node: once per tick and at once on a material change, on the NATS subject
 * straightline.v1.telemetry.<kind>.<node_id>.
 */
export interface TelemetrySnapshot__Output {
  /**
   * The node; must equal the last token of the subject.
   */
  'nodeId': (string);
  /**
   * The node's kind; must equal the token before it.
   */
  'kind': (_straightline_v1_NodeKind__Output);
  /**
   * When this agent process started, milliseconds since the Unix epoch. A greater value restarts `sequence`.
   */
  'agentEpochMs': (number);
  /**
   * 1, 2, 3 ... within an epoch. A lower or equal value than the last seen is dropped.
   */
  'sequence': (number);
  /**
   * When the snapshot was taken, milliseconds since the Unix epoch, by the agent's clock.
   */
  'takenAtMs': (number);
  /**
   * What the node has.
   */
  'capacity': (_straightline_v1_NodeCapacity__Output | null);
  /**
   * What of it is in use.
   */
  'usage': (_straightline_v1_NodeUsage__Output | null);
  /**
   * Every instance that the agent runs.
   */
  'instances': (_straightline_v1_InstanceTelemetry__Output)[];
  /**
   * Time between two ticks, milliseconds: the unit in which placement counts missed ticks.
   */
  'tickMs': (number);
  /**
   * Operator's labels, for constraints.
   */
  'labels': ({[key: string]: string});
  /**
   * Zone of the node, or empty.
   */
  'zone': (string);
  /**
   * What use of this node costs.
   */
  'price': (_straightline_v1_Price__Output | null);
  /**
   * A random number drawn when the agent process starts: tells two agents apart that claim one node id.
   */
  'agentInstanceId': (string);
  /**
   * Why the node takes no new instance (for example "engine unreachable"), or empty.
   */
  'impairment': (string);
  /**
   * No look at the instances has ended since the snapshot before: what it says of one whose state is the same is no news.
   */
  'instancesUnseen': (boolean);
}
