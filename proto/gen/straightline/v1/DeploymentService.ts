// Original file: straightline/v1/deployment.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DeployRequest as _straightline_v1_DeployRequest, DeployRequest__Output as _straightline_v1_DeployRequest__Output } from '../../straightline/v1/DeployRequest.js';
import type { DeployResponse as _straightline_v1_DeployResponse, DeployResponse__Output as _straightline_v1_DeployResponse__Output } from '../../straightline/v1/DeployResponse.js';
import type { GetRequest as _straightline_v1_GetRequest, GetRequest__Output as _straightline_v1_GetRequest__Output } from '../../straightline/v1/GetRequest.js';
import type { GetResponse as _straightline_v1_GetResponse, GetResponse__Output as _straightline_v1_GetResponse__Output } from '../../straightline/v1/GetResponse.js';
import type { ListRequest as _straightline_v1_ListRequest, ListRequest__Output as _straightline_v1_ListRequest__Output } from '../../straightline/v1/ListRequest.js';
import type { ListResponse as _straightline_v1_ListResponse, ListResponse__Output as _straightline_v1_ListResponse__Output } from '../../straightline/v1/ListResponse.js';
import type { UndeployRequest as _straightline_v1_UndeployRequest, UndeployRequest__Output as _straightline_v1_UndeployRequest__Output } from '../../straightline/v1/UndeployRequest.js';
import type { UndeployResponse as _straightline_v1_UndeployResponse, UndeployResponse__Output as _straightline_v1_UndeployResponse__Output } from '../../straightline/v1/UndeployResponse.js';

/**
 * Applications: what should run. Agents make it so.
 */
export interface DeploymentServiceClient extends grpc.Client {
  /**
   * Stores an application and has it started. The answer comes at once; Get tells how far it is.
   * INVALID_ARGUMENT lists every fault. A kind of which no node has joined yet is taken; its status says so.
   */
  Deploy(argument: _straightline_v1_DeployRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  Deploy(argument: _straightline_v1_DeployRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  Deploy(argument: _straightline_v1_DeployRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  Deploy(argument: _straightline_v1_DeployRequest, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores an application and has it started. The answer comes at once; Get tells how far it is.
   * INVALID_ARGUMENT lists every fault. A kind of which no node has joined yet is taken; its status says so.
   */
  deploy(argument: _straightline_v1_DeployRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  deploy(argument: _straightline_v1_DeployRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  deploy(argument: _straightline_v1_DeployRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  deploy(argument: _straightline_v1_DeployRequest, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * One application with its instances.
   */
  Get(argument: _straightline_v1_GetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _straightline_v1_GetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _straightline_v1_GetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _straightline_v1_GetRequest, callback: grpc.requestCallback<_straightline_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  /**
   * One application with its instances.
   */
  get(argument: _straightline_v1_GetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _straightline_v1_GetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _straightline_v1_GetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _straightline_v1_GetRequest, callback: grpc.requestCallback<_straightline_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * All applications, in order of name.
   */
  List(argument: _straightline_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _straightline_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _straightline_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _straightline_v1_ListRequest, callback: grpc.requestCallback<_straightline_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  /**
   * All applications, in order of name.
   */
  list(argument: _straightline_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _straightline_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _straightline_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _straightline_v1_ListRequest, callback: grpc.requestCallback<_straightline_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Removes an application and stops its instances. NOT_FOUND when there is none.
   */
  Undeploy(argument: _straightline_v1_UndeployRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_UndeployResponse__Output>): grpc.ClientUnaryCall;
  Undeploy(argument: _straightline_v1_UndeployRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_UndeployResponse__Output>): grpc.ClientUnaryCall;
  Undeploy(argument: _straightline_v1_UndeployRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_UndeployResponse__Output>): grpc.ClientUnaryCall;
  Undeploy(argument: _straightline_v1_UndeployRequest, callback: grpc.requestCallback<_straightline_v1_UndeployResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Removes an application and stops its instances. NOT_FOUND when there is none.
   */
  undeploy(argument: _straightline_v1_UndeployRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_UndeployResponse__Output>): grpc.ClientUnaryCall;
  undeploy(argument: _straightline_v1_UndeployRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_UndeployResponse__Output>): grpc.ClientUnaryCall;
  undeploy(argument: _straightline_v1_UndeployRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_UndeployResponse__Output>): grpc.ClientUnaryCall;
  undeploy(argument: _straightline_v1_UndeployRequest, callback: grpc.requestCallback<_straightline_v1_UndeployResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Applications: what should run. Agents make it so.
 */
export interface DeploymentServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Stores an application and has it started. The answer comes at once; Get tells how far it is.
   * INVALID_ARGUMENT lists every fault. A kind of which no node has joined yet is taken; its status says so.
   */
  Deploy: grpc.handleUnaryCall<_straightline_v1_DeployRequest__Output, _straightline_v1_DeployResponse>;
  
  /**
   * One application with its instances.
   */
  Get: grpc.handleUnaryCall<_straightline_v1_GetRequest__Output, _straightline_v1_GetResponse>;
  
  /**
   * All applications, in order of name.
   */
  List: grpc.handleUnaryCall<_straightline_v1_ListRequest__Output, _straightline_v1_ListResponse>;
  
  /**
   * Removes an application and stops its instances. NOT_FOUND when there is none.
   */
  Undeploy: grpc.handleUnaryCall<_straightline_v1_UndeployRequest__Output, _straightline_v1_UndeployResponse>;
  
}

export interface DeploymentServiceDefinition extends grpc.ServiceDefinition {
  Deploy: MethodDefinition<_straightline_v1_DeployRequest, _straightline_v1_DeployResponse, _straightline_v1_DeployRequest__Output, _straightline_v1_DeployResponse__Output>
  Get: MethodDefinition<_straightline_v1_GetRequest, _straightline_v1_GetResponse, _straightline_v1_GetRequest__Output, _straightline_v1_GetResponse__Output>
  List: MethodDefinition<_straightline_v1_ListRequest, _straightline_v1_ListResponse, _straightline_v1_ListRequest__Output, _straightline_v1_ListResponse__Output>
  Undeploy: MethodDefinition<_straightline_v1_UndeployRequest, _straightline_v1_UndeployResponse, _straightline_v1_UndeployRequest__Output, _straightline_v1_UndeployResponse__Output>
}
