// Original file: straightline/v1/deployment.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DeployRequest as _straightline_v1_DeployRequest, DeployRequest__Output as _straightline_v1_DeployRequest__Output } from '../../straightline/v1/DeployRequest.js';
import type { DeployResponse as _straightline_v1_DeployResponse, DeployResponse__Output as _straightline_v1_DeployResponse__Output } from '../../straightline/v1/DeployResponse.js';
import type { DeploymentServiceWatchRequest as _straightline_v1_DeploymentServiceWatchRequest, DeploymentServiceWatchRequest__Output as _straightline_v1_DeploymentServiceWatchRequest__Output } from '../../straightline/v1/DeploymentServiceWatchRequest.js';
import type { DeploymentServiceWatchResponse as _straightline_v1_DeploymentServiceWatchResponse, DeploymentServiceWatchResponse__Output as _straightline_v1_DeploymentServiceWatchResponse__Output } from '../../straightline/v1/DeploymentServiceWatchResponse.js';
import type { GetRequest as _straightline_v1_GetRequest, GetRequest__Output as _straightline_v1_GetRequest__Output } from '../../straightline/v1/GetRequest.js';
import type { GetResponse as _straightline_v1_GetResponse, GetResponse__Output as _straightline_v1_GetResponse__Output } from '../../straightline/v1/GetResponse.js';
import type { ListRequest as _straightline_v1_ListRequest, ListRequest__Output as _straightline_v1_ListRequest__Output } from '../../straightline/v1/ListRequest.js';
import type { ListResponse as _straightline_v1_ListResponse, ListResponse__Output as _straightline_v1_ListResponse__Output } from '../../straightline/v1/ListResponse.js';
import type { PlanRequest as _straightline_v1_PlanRequest, PlanRequest__Output as _straightline_v1_PlanRequest__Output } from '../../straightline/v1/PlanRequest.js';
import type { PlanResponse as _straightline_v1_PlanResponse, PlanResponse__Output as _straightline_v1_PlanResponse__Output } from '../../straightline/v1/PlanResponse.js';
import type { RollbackRequest as _straightline_v1_RollbackRequest, RollbackRequest__Output as _straightline_v1_RollbackRequest__Output } from '../../straightline/v1/RollbackRequest.js';
import type { RollbackResponse as _straightline_v1_RollbackResponse, RollbackResponse__Output as _straightline_v1_RollbackResponse__Output } from '../../straightline/v1/RollbackResponse.js';
import type { ScaleRequest as _straightline_v1_ScaleRequest, ScaleRequest__Output as _straightline_v1_ScaleRequest__Output } from '../../straightline/v1/ScaleRequest.js';
import type { ScaleResponse as _straightline_v1_ScaleResponse, ScaleResponse__Output as _straightline_v1_ScaleResponse__Output } from '../../straightline/v1/ScaleResponse.js';
import type { UndeployRequest as _straightline_v1_UndeployRequest, UndeployRequest__Output as _straightline_v1_UndeployRequest__Output } from '../../straightline/v1/UndeployRequest.js';
import type { UndeployResponse as _straightline_v1_UndeployResponse, UndeployResponse__Output as _straightline_v1_UndeployResponse__Output } from '../../straightline/v1/UndeployResponse.js';

/**
 * Applications: what should run. Agents make it so.
 */
export interface DeploymentServiceClient extends grpc.Client {
  /**
   * Stores an application and has it started. The answer comes at once; Get tells how far it is.
   * INVALID_ARGUMENT lists every fault. A kind of which no node has joined yet is taken; its status says so.
   * An application that is deployed already as asked stays as it is.
   */
  Deploy(argument: _straightline_v1_DeployRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  Deploy(argument: _straightline_v1_DeployRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  Deploy(argument: _straightline_v1_DeployRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  Deploy(argument: _straightline_v1_DeployRequest, callback: grpc.requestCallback<_straightline_v1_DeployResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores an application and has it started. The answer comes at once; Get tells how far it is.
   * INVALID_ARGUMENT lists every fault. A kind of which no node has joined yet is taken; its status says so.
   * An application that is deployed already as asked stays as it is.
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
   * What Deploy would do, and why, by the same code. Changes nothing.
   */
  Plan(argument: _straightline_v1_PlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  Plan(argument: _straightline_v1_PlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  Plan(argument: _straightline_v1_PlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  Plan(argument: _straightline_v1_PlanRequest, callback: grpc.requestCallback<_straightline_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  /**
   * What Deploy would do, and why, by the same code. Changes nothing.
   */
  plan(argument: _straightline_v1_PlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  plan(argument: _straightline_v1_PlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  plan(argument: _straightline_v1_PlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  plan(argument: _straightline_v1_PlanRequest, callback: grpc.requestCallback<_straightline_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Goes back to an earlier revision that was ready once. FAILED_PRECONDITION when there is none.
   */
  Rollback(argument: _straightline_v1_RollbackRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  Rollback(argument: _straightline_v1_RollbackRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  Rollback(argument: _straightline_v1_RollbackRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  Rollback(argument: _straightline_v1_RollbackRequest, callback: grpc.requestCallback<_straightline_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Goes back to an earlier revision that was ready once. FAILED_PRECONDITION when there is none.
   */
  rollback(argument: _straightline_v1_RollbackRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  rollback(argument: _straightline_v1_RollbackRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  rollback(argument: _straightline_v1_RollbackRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  rollback(argument: _straightline_v1_RollbackRequest, callback: grpc.requestCallback<_straightline_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes how many instances a form has; none is restarted. FAILED_PRECONDITION when it has no such form.
   */
  Scale(argument: _straightline_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  Scale(argument: _straightline_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  Scale(argument: _straightline_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  Scale(argument: _straightline_v1_ScaleRequest, callback: grpc.requestCallback<_straightline_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Changes how many instances a form has; none is restarted. FAILED_PRECONDITION when it has no such form.
   */
  scale(argument: _straightline_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scale(argument: _straightline_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scale(argument: _straightline_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scale(argument: _straightline_v1_ScaleRequest, callback: grpc.requestCallback<_straightline_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  /**
   * One application at once, then whenever something of it changes. Ends with NOT_FOUND when there is none, or no more.
   */
  Watch(argument: _straightline_v1_DeploymentServiceWatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_DeploymentServiceWatchResponse__Output>;
  Watch(argument: _straightline_v1_DeploymentServiceWatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_DeploymentServiceWatchResponse__Output>;
  /**
   * One application at once, then whenever something of it changes. Ends with NOT_FOUND when there is none, or no more.
   */
  watch(argument: _straightline_v1_DeploymentServiceWatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_DeploymentServiceWatchResponse__Output>;
  watch(argument: _straightline_v1_DeploymentServiceWatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_DeploymentServiceWatchResponse__Output>;
  
}

/**
 * Applications: what should run. Agents make it so.
 */
export interface DeploymentServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Stores an application and has it started. The answer comes at once; Get tells how far it is.
   * INVALID_ARGUMENT lists every fault. A kind of which no node has joined yet is taken; its status says so.
   * An application that is deployed already as asked stays as it is.
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
   * What Deploy would do, and why, by the same code. Changes nothing.
   */
  Plan: grpc.handleUnaryCall<_straightline_v1_PlanRequest__Output, _straightline_v1_PlanResponse>;
  
  /**
   * Goes back to an earlier revision that was ready once. FAILED_PRECONDITION when there is none.
   */
  Rollback: grpc.handleUnaryCall<_straightline_v1_RollbackRequest__Output, _straightline_v1_RollbackResponse>;
  
  /**
   * Changes how many instances a form has; none is restarted. FAILED_PRECONDITION when it has no such form.
   */
  Scale: grpc.handleUnaryCall<_straightline_v1_ScaleRequest__Output, _straightline_v1_ScaleResponse>;
  
  /**
   * Removes an application and stops its instances. NOT_FOUND when there is none.
   */
  Undeploy: grpc.handleUnaryCall<_straightline_v1_UndeployRequest__Output, _straightline_v1_UndeployResponse>;
  
  /**
   * One application at once, then whenever something of it changes. Ends with NOT_FOUND when there is none, or no more.
   */
  Watch: grpc.handleServerStreamingCall<_straightline_v1_DeploymentServiceWatchRequest__Output, _straightline_v1_DeploymentServiceWatchResponse>;
  
}

export interface DeploymentServiceDefinition extends grpc.ServiceDefinition {
  Deploy: MethodDefinition<_straightline_v1_DeployRequest, _straightline_v1_DeployResponse, _straightline_v1_DeployRequest__Output, _straightline_v1_DeployResponse__Output>
  Get: MethodDefinition<_straightline_v1_GetRequest, _straightline_v1_GetResponse, _straightline_v1_GetRequest__Output, _straightline_v1_GetResponse__Output>
  List: MethodDefinition<_straightline_v1_ListRequest, _straightline_v1_ListResponse, _straightline_v1_ListRequest__Output, _straightline_v1_ListResponse__Output>
  Plan: MethodDefinition<_straightline_v1_PlanRequest, _straightline_v1_PlanResponse, _straightline_v1_PlanRequest__Output, _straightline_v1_PlanResponse__Output>
  Rollback: MethodDefinition<_straightline_v1_RollbackRequest, _straightline_v1_RollbackResponse, _straightline_v1_RollbackRequest__Output, _straightline_v1_RollbackResponse__Output>
  Scale: MethodDefinition<_straightline_v1_ScaleRequest, _straightline_v1_ScaleResponse, _straightline_v1_ScaleRequest__Output, _straightline_v1_ScaleResponse__Output>
  Undeploy: MethodDefinition<_straightline_v1_UndeployRequest, _straightline_v1_UndeployResponse, _straightline_v1_UndeployRequest__Output, _straightline_v1_UndeployResponse__Output>
  Watch: MethodDefinition<_straightline_v1_DeploymentServiceWatchRequest, _straightline_v1_DeploymentServiceWatchResponse, _straightline_v1_DeploymentServiceWatchRequest__Output, _straightline_v1_DeploymentServiceWatchResponse__Output>
}
