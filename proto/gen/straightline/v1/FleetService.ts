// Original file: straightline/v1/fleet.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CordonRequest as _straightline_v1_CordonRequest, CordonRequest__Output as _straightline_v1_CordonRequest__Output } from '../../straightline/v1/CordonRequest.js';
import type { CordonResponse as _straightline_v1_CordonResponse, CordonResponse__Output as _straightline_v1_CordonResponse__Output } from '../../straightline/v1/CordonResponse.js';
import type { DrainRequest as _straightline_v1_DrainRequest, DrainRequest__Output as _straightline_v1_DrainRequest__Output } from '../../straightline/v1/DrainRequest.js';
import type { DrainResponse as _straightline_v1_DrainResponse, DrainResponse__Output as _straightline_v1_DrainResponse__Output } from '../../straightline/v1/DrainResponse.js';
import type { FleetServiceWatchRequest as _straightline_v1_FleetServiceWatchRequest, FleetServiceWatchRequest__Output as _straightline_v1_FleetServiceWatchRequest__Output } from '../../straightline/v1/FleetServiceWatchRequest.js';
import type { FleetServiceWatchResponse as _straightline_v1_FleetServiceWatchResponse, FleetServiceWatchResponse__Output as _straightline_v1_FleetServiceWatchResponse__Output } from '../../straightline/v1/FleetServiceWatchResponse.js';
import type { GetNodeRequest as _straightline_v1_GetNodeRequest, GetNodeRequest__Output as _straightline_v1_GetNodeRequest__Output } from '../../straightline/v1/GetNodeRequest.js';
import type { GetNodeResponse as _straightline_v1_GetNodeResponse, GetNodeResponse__Output as _straightline_v1_GetNodeResponse__Output } from '../../straightline/v1/GetNodeResponse.js';
import type { ListNodesRequest as _straightline_v1_ListNodesRequest, ListNodesRequest__Output as _straightline_v1_ListNodesRequest__Output } from '../../straightline/v1/ListNodesRequest.js';
import type { ListNodesResponse as _straightline_v1_ListNodesResponse, ListNodesResponse__Output as _straightline_v1_ListNodesResponse__Output } from '../../straightline/v1/ListNodesResponse.js';
import type { UncordonRequest as _straightline_v1_UncordonRequest, UncordonRequest__Output as _straightline_v1_UncordonRequest__Output } from '../../straightline/v1/UncordonRequest.js';
import type { UncordonResponse as _straightline_v1_UncordonResponse, UncordonResponse__Output as _straightline_v1_UncordonResponse__Output } from '../../straightline/v1/UncordonResponse.js';

/**
 * The nodes and what runs on them.
 */
export interface FleetServiceClient extends grpc.Client {
  /**
   * Gives the node no new instance and no new request; what runs goes on.
   */
  Cordon(argument: _straightline_v1_CordonRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_CordonResponse__Output>): grpc.ClientUnaryCall;
  Cordon(argument: _straightline_v1_CordonRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_CordonResponse__Output>): grpc.ClientUnaryCall;
  Cordon(argument: _straightline_v1_CordonRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_CordonResponse__Output>): grpc.ClientUnaryCall;
  Cordon(argument: _straightline_v1_CordonRequest, callback: grpc.requestCallback<_straightline_v1_CordonResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gives the node no new instance and no new request; what runs goes on.
   */
  cordon(argument: _straightline_v1_CordonRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_CordonResponse__Output>): grpc.ClientUnaryCall;
  cordon(argument: _straightline_v1_CordonRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_CordonResponse__Output>): grpc.ClientUnaryCall;
  cordon(argument: _straightline_v1_CordonRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_CordonResponse__Output>): grpc.ClientUnaryCall;
  cordon(argument: _straightline_v1_CordonRequest, callback: grpc.requestCallback<_straightline_v1_CordonResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Cordons, moves instances elsewhere, then stops them here.
   */
  Drain(argument: _straightline_v1_DrainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  Drain(argument: _straightline_v1_DrainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  Drain(argument: _straightline_v1_DrainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  Drain(argument: _straightline_v1_DrainRequest, callback: grpc.requestCallback<_straightline_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Cordons, moves instances elsewhere, then stops them here.
   */
  drain(argument: _straightline_v1_DrainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  drain(argument: _straightline_v1_DrainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  drain(argument: _straightline_v1_DrainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  drain(argument: _straightline_v1_DrainRequest, callback: grpc.requestCallback<_straightline_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * One node. NOT_FOUND: no agent has ever spoken for it.
   */
  GetNode(argument: _straightline_v1_GetNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetNodeResponse__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _straightline_v1_GetNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_GetNodeResponse__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _straightline_v1_GetNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetNodeResponse__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _straightline_v1_GetNodeRequest, callback: grpc.requestCallback<_straightline_v1_GetNodeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * One node. NOT_FOUND: no agent has ever spoken for it.
   */
  getNode(argument: _straightline_v1_GetNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetNodeResponse__Output>): grpc.ClientUnaryCall;
  getNode(argument: _straightline_v1_GetNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_GetNodeResponse__Output>): grpc.ClientUnaryCall;
  getNode(argument: _straightline_v1_GetNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetNodeResponse__Output>): grpc.ClientUnaryCall;
  getNode(argument: _straightline_v1_GetNodeRequest, callback: grpc.requestCallback<_straightline_v1_GetNodeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * All nodes, in order of id.
   */
  ListNodes(argument: _straightline_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _straightline_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _straightline_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _straightline_v1_ListNodesRequest, callback: grpc.requestCallback<_straightline_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * All nodes, in order of id.
   */
  listNodes(argument: _straightline_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _straightline_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _straightline_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _straightline_v1_ListNodesRequest, callback: grpc.requestCallback<_straightline_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes a cordon or a drain back.
   */
  Uncordon(argument: _straightline_v1_UncordonRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_UncordonResponse__Output>): grpc.ClientUnaryCall;
  Uncordon(argument: _straightline_v1_UncordonRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_UncordonResponse__Output>): grpc.ClientUnaryCall;
  Uncordon(argument: _straightline_v1_UncordonRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_UncordonResponse__Output>): grpc.ClientUnaryCall;
  Uncordon(argument: _straightline_v1_UncordonRequest, callback: grpc.requestCallback<_straightline_v1_UncordonResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes a cordon or a drain back.
   */
  uncordon(argument: _straightline_v1_UncordonRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_UncordonResponse__Output>): grpc.ClientUnaryCall;
  uncordon(argument: _straightline_v1_UncordonRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_UncordonResponse__Output>): grpc.ClientUnaryCall;
  uncordon(argument: _straightline_v1_UncordonRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_UncordonResponse__Output>): grpc.ClientUnaryCall;
  uncordon(argument: _straightline_v1_UncordonRequest, callback: grpc.requestCallback<_straightline_v1_UncordonResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The whole fleet at once, then each node as it changes.
   */
  Watch(argument: _straightline_v1_FleetServiceWatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_FleetServiceWatchResponse__Output>;
  Watch(argument: _straightline_v1_FleetServiceWatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_FleetServiceWatchResponse__Output>;
  /**
   * The whole fleet at once, then each node as it changes.
   */
  watch(argument: _straightline_v1_FleetServiceWatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_FleetServiceWatchResponse__Output>;
  watch(argument: _straightline_v1_FleetServiceWatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_FleetServiceWatchResponse__Output>;
  
}

/**
 * The nodes and what runs on them.
 */
export interface FleetServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Gives the node no new instance and no new request; what runs goes on.
   */
  Cordon: grpc.handleUnaryCall<_straightline_v1_CordonRequest__Output, _straightline_v1_CordonResponse>;
  
  /**
   * Cordons, moves instances elsewhere, then stops them here.
   */
  Drain: grpc.handleUnaryCall<_straightline_v1_DrainRequest__Output, _straightline_v1_DrainResponse>;
  
  /**
   * One node. NOT_FOUND: no agent has ever spoken for it.
   */
  GetNode: grpc.handleUnaryCall<_straightline_v1_GetNodeRequest__Output, _straightline_v1_GetNodeResponse>;
  
  /**
   * All nodes, in order of id.
   */
  ListNodes: grpc.handleUnaryCall<_straightline_v1_ListNodesRequest__Output, _straightline_v1_ListNodesResponse>;
  
  /**
   * Takes a cordon or a drain back.
   */
  Uncordon: grpc.handleUnaryCall<_straightline_v1_UncordonRequest__Output, _straightline_v1_UncordonResponse>;
  
  /**
   * The whole fleet at once, then each node as it changes.
   */
  Watch: grpc.handleServerStreamingCall<_straightline_v1_FleetServiceWatchRequest__Output, _straightline_v1_FleetServiceWatchResponse>;
  
}

export interface FleetServiceDefinition extends grpc.ServiceDefinition {
  Cordon: MethodDefinition<_straightline_v1_CordonRequest, _straightline_v1_CordonResponse, _straightline_v1_CordonRequest__Output, _straightline_v1_CordonResponse__Output>
  Drain: MethodDefinition<_straightline_v1_DrainRequest, _straightline_v1_DrainResponse, _straightline_v1_DrainRequest__Output, _straightline_v1_DrainResponse__Output>
  GetNode: MethodDefinition<_straightline_v1_GetNodeRequest, _straightline_v1_GetNodeResponse, _straightline_v1_GetNodeRequest__Output, _straightline_v1_GetNodeResponse__Output>
  ListNodes: MethodDefinition<_straightline_v1_ListNodesRequest, _straightline_v1_ListNodesResponse, _straightline_v1_ListNodesRequest__Output, _straightline_v1_ListNodesResponse__Output>
  Uncordon: MethodDefinition<_straightline_v1_UncordonRequest, _straightline_v1_UncordonResponse, _straightline_v1_UncordonRequest__Output, _straightline_v1_UncordonResponse__Output>
  Watch: MethodDefinition<_straightline_v1_FleetServiceWatchRequest, _straightline_v1_FleetServiceWatchResponse, _straightline_v1_FleetServiceWatchRequest__Output, _straightline_v1_FleetServiceWatchResponse__Output>
}
