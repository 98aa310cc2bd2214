// Original file: straightline/v1/job.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CancelRequest as _straightline_v1_CancelRequest, CancelRequest__Output as _straightline_v1_CancelRequest__Output } from '../../straightline/v1/CancelRequest.js';
import type { CancelResponse as _straightline_v1_CancelResponse, CancelResponse__Output as _straightline_v1_CancelResponse__Output } from '../../straightline/v1/CancelResponse.js';
import type { JobServiceGetRequest as _straightline_v1_JobServiceGetRequest, JobServiceGetRequest__Output as _straightline_v1_JobServiceGetRequest__Output } from '../../straightline/v1/JobServiceGetRequest.js';
import type { JobServiceGetResponse as _straightline_v1_JobServiceGetResponse, JobServiceGetResponse__Output as _straightline_v1_JobServiceGetResponse__Output } from '../../straightline/v1/JobServiceGetResponse.js';
import type { JobServiceListRequest as _straightline_v1_JobServiceListRequest, JobServiceListRequest__Output as _straightline_v1_JobServiceListRequest__Output } from '../../straightline/v1/JobServiceListRequest.js';
import type { JobServiceListResponse as _straightline_v1_JobServiceListResponse, JobServiceListResponse__Output as _straightline_v1_JobServiceListResponse__Output } from '../../straightline/v1/JobServiceListResponse.js';
import type { JobServiceWatchRequest as _straightline_v1_JobServiceWatchRequest, JobServiceWatchRequest__Output as _straightline_v1_JobServiceWatchRequest__Output } from '../../straightline/v1/JobServiceWatchRequest.js';
import type { JobServiceWatchResponse as _straightline_v1_JobServiceWatchResponse, JobServiceWatchResponse__Output as _straightline_v1_JobServiceWatchResponse__Output } from '../../straightline/v1/JobServiceWatchResponse.js';
import type { SubmitRequest as _straightline_v1_SubmitRequest, SubmitRequest__Output as _straightline_v1_SubmitRequest__Output } from '../../straightline/v1/SubmitRequest.js';
import type { SubmitResponse as _straightline_v1_SubmitResponse, SubmitResponse__Output as _straightline_v1_SubmitResponse__Output } from '../../straightline/v1/SubmitResponse.js';

/**
 * Model development: stages that run one after the other, each once, on the fleet's nodes.
 */
export interface JobServiceClient extends grpc.Client {
  /**
   * Ends a job. A job that has ended already stays as it is.
   */
  Cancel(argument: _straightline_v1_CancelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _straightline_v1_CancelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _straightline_v1_CancelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _straightline_v1_CancelRequest, callback: grpc.requestCallback<_straightline_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ends a job. A job that has ended already stays as it is.
   */
  cancel(argument: _straightline_v1_CancelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _straightline_v1_CancelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _straightline_v1_CancelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _straightline_v1_CancelRequest, callback: grpc.requestCallback<_straightline_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * One job. NOT_FOUND when there is none, or it has left the bounded history.
   */
  Get(argument: _straightline_v1_JobServiceGetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_JobServiceGetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _straightline_v1_JobServiceGetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_JobServiceGetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _straightline_v1_JobServiceGetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_JobServiceGetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _straightline_v1_JobServiceGetRequest, callback: grpc.requestCallback<_straightline_v1_JobServiceGetResponse__Output>): grpc.ClientUnaryCall;
  /**
   * One job. NOT_FOUND when there is none, or it has left the bounded history.
   */
  get(argument: _straightline_v1_JobServiceGetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_JobServiceGetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _straightline_v1_JobServiceGetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_JobServiceGetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _straightline_v1_JobServiceGetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_JobServiceGetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _straightline_v1_JobServiceGetRequest, callback: grpc.requestCallback<_straightline_v1_JobServiceGetResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Jobs, the newest first.
   */
  List(argument: _straightline_v1_JobServiceListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_JobServiceListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _straightline_v1_JobServiceListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_JobServiceListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _straightline_v1_JobServiceListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_JobServiceListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _straightline_v1_JobServiceListRequest, callback: grpc.requestCallback<_straightline_v1_JobServiceListResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Jobs, the newest first.
   */
  list(argument: _straightline_v1_JobServiceListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_JobServiceListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _straightline_v1_JobServiceListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_JobServiceListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _straightline_v1_JobServiceListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_JobServiceListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _straightline_v1_JobServiceListRequest, callback: grpc.requestCallback<_straightline_v1_JobServiceListResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stores a job and has its first stage started. INVALID_ARGUMENT lists every fault. Repeated with one idempotency key it is the same job.
   */
  Submit(argument: _straightline_v1_SubmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _straightline_v1_SubmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _straightline_v1_SubmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _straightline_v1_SubmitRequest, callback: grpc.requestCallback<_straightline_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores a job and has its first stage started. INVALID_ARGUMENT lists every fault. Repeated with one idempotency key it is the same job.
   */
  submit(argument: _straightline_v1_SubmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _straightline_v1_SubmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _straightline_v1_SubmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _straightline_v1_SubmitRequest, callback: grpc.requestCallback<_straightline_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The job as it stands and whenever it changes, and its logs from their beginning. Ends when the job has.
   */
  Watch(argument: _straightline_v1_JobServiceWatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_JobServiceWatchResponse__Output>;
  Watch(argument: _straightline_v1_JobServiceWatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_JobServiceWatchResponse__Output>;
  /**
   * The job as it stands and whenever it changes, and its logs from their beginning. Ends when the job has.
   */
  watch(argument: _straightline_v1_JobServiceWatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_JobServiceWatchResponse__Output>;
  watch(argument: _straightline_v1_JobServiceWatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_JobServiceWatchResponse__Output>;
  
}

/**
 * Model development: stages that run one after the other, each once, on the fleet's nodes.
 */
export interface JobServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Ends a job. A job that has ended already stays as it is.
   */
  Cancel: grpc.handleUnaryCall<_straightline_v1_CancelRequest__Output, _straightline_v1_CancelResponse>;
  
  /**
   * One job. NOT_FOUND when there is none, or it has left the bounded history.
   */
  Get: grpc.handleUnaryCall<_straightline_v1_JobServiceGetRequest__Output, _straightline_v1_JobServiceGetResponse>;
  
  /**
   * Jobs, the newest first.
   */
  List: grpc.handleUnaryCall<_straightline_v1_JobServiceListRequest__Output, _straightline_v1_JobServiceListResponse>;
  
  /**
   * Stores a job and has its first stage started. INVALID_ARGUMENT lists every fault. Repeated with one idempotency key it is the same job.
   */
  Submit: grpc.handleUnaryCall<_straightline_v1_SubmitRequest__Output, _straightline_v1_SubmitResponse>;
  
  /**
   * The job as it stands and whenever it changes, and its logs from their beginning. Ends when the job has.
   */
  Watch: grpc.handleServerStreamingCall<_straightline_v1_JobServiceWatchRequest__Output, _straightline_v1_JobServiceWatchResponse>;
  
}

export interface JobServiceDefinition extends grpc.ServiceDefinition {
  Cancel: MethodDefinition<_straightline_v1_CancelRequest, _straightline_v1_CancelResponse, _straightline_v1_CancelRequest__Output, _straightline_v1_CancelResponse__Output>
  Get: MethodDefinition<_straightline_v1_JobServiceGetRequest, _straightline_v1_JobServiceGetResponse, _straightline_v1_JobServiceGetRequest__Output, _straightline_v1_JobServiceGetResponse__Output>
  List: MethodDefinition<_straightline_v1_JobServiceListRequest, _straightline_v1_JobServiceListResponse, _straightline_v1_JobServiceListRequest__Output, _straightline_v1_JobServiceListResponse__Output>
  Submit: MethodDefinition<_straightline_v1_SubmitRequest, _straightline_v1_SubmitResponse, _straightline_v1_SubmitRequest__Output, _straightline_v1_SubmitResponse__Output>
  Watch: MethodDefinition<_straightline_v1_JobServiceWatchRequest, _straightline_v1_JobServiceWatchResponse, _straightline_v1_JobServiceWatchRequest__Output, _straightline_v1_JobServiceWatchResponse__Output>
}
