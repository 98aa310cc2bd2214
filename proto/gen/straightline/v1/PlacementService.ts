// Original file: straightline/v1/placement.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ExplainRequest as _straightline_v1_ExplainRequest, ExplainRequest__Output as _straightline_v1_ExplainRequest__Output } from '../../straightline/v1/ExplainRequest.js';
import type { ExplainResponse as _straightline_v1_ExplainResponse, ExplainResponse__Output as _straightline_v1_ExplainResponse__Output } from '../../straightline/v1/ExplainResponse.js';
import type { GetShadowRequest as _straightline_v1_GetShadowRequest, GetShadowRequest__Output as _straightline_v1_GetShadowRequest__Output } from '../../straightline/v1/GetShadowRequest.js';
import type { GetShadowResponse as _straightline_v1_GetShadowResponse, GetShadowResponse__Output as _straightline_v1_GetShadowResponse__Output } from '../../straightline/v1/GetShadowResponse.js';
import type { PlaceRequest as _straightline_v1_PlaceRequest, PlaceRequest__Output as _straightline_v1_PlaceRequest__Output } from '../../straightline/v1/PlaceRequest.js';
import type { PlaceResponse as _straightline_v1_PlaceResponse, PlaceResponse__Output as _straightline_v1_PlaceResponse__Output } from '../../straightline/v1/PlaceResponse.js';
import type { PlaceStreamRequest as _straightline_v1_PlaceStreamRequest, PlaceStreamRequest__Output as _straightline_v1_PlaceStreamRequest__Output } from '../../straightline/v1/PlaceStreamRequest.js';
import type { PlaceStreamResponse as _straightline_v1_PlaceStreamResponse, PlaceStreamResponse__Output as _straightline_v1_PlaceStreamResponse__Output } from '../../straightline/v1/PlaceStreamResponse.js';
import type { ReportRequest as _straightline_v1_ReportRequest, ReportRequest__Output as _straightline_v1_ReportRequest__Output } from '../../straightline/v1/ReportRequest.js';
import type { ReportResponse as _straightline_v1_ReportResponse, ReportResponse__Output as _straightline_v1_ReportResponse__Output } from '../../straightline/v1/ReportResponse.js';
import type { WatchRequest as _straightline_v1_WatchRequest, WatchRequest__Output as _straightline_v1_WatchRequest__Output } from '../../straightline/v1/WatchRequest.js';
import type { WatchResponse as _straightline_v1_WatchResponse, WatchResponse__Output as _straightline_v1_WatchResponse__Output } from '../../straightline/v1/WatchResponse.js';

/**
 * Decides where each request goes. Payloads never pass through it.
 */
export interface PlacementServiceClient extends grpc.Client {
  /**
   * A past decision, whole. NOT_FOUND once it has left the bounded history.
   */
  Explain(argument: _straightline_v1_ExplainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _straightline_v1_ExplainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _straightline_v1_ExplainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _straightline_v1_ExplainRequest, callback: grpc.requestCallback<_straightline_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  /**
   * A past decision, whole. NOT_FOUND once it has left the bounded history.
   */
  explain(argument: _straightline_v1_ExplainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _straightline_v1_ExplainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _straightline_v1_ExplainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _straightline_v1_ExplainRequest, callback: grpc.requestCallback<_straightline_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * How the policy that decides in shadow compares with the active one, since placement started.
   */
  GetShadow(argument: _straightline_v1_GetShadowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetShadowResponse__Output>): grpc.ClientUnaryCall;
  GetShadow(argument: _straightline_v1_GetShadowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_GetShadowResponse__Output>): grpc.ClientUnaryCall;
  GetShadow(argument: _straightline_v1_GetShadowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetShadowResponse__Output>): grpc.ClientUnaryCall;
  GetShadow(argument: _straightline_v1_GetShadowRequest, callback: grpc.requestCallback<_straightline_v1_GetShadowResponse__Output>): grpc.ClientUnaryCall;
  /**
   * How the policy that decides in shadow compares with the active one, since placement started.
   */
  getShadow(argument: _straightline_v1_GetShadowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetShadowResponse__Output>): grpc.ClientUnaryCall;
  getShadow(argument: _straightline_v1_GetShadowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_GetShadowResponse__Output>): grpc.ClientUnaryCall;
  getShadow(argument: _straightline_v1_GetShadowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_GetShadowResponse__Output>): grpc.ClientUnaryCall;
  getShadow(argument: _straightline_v1_GetShadowRequest, callback: grpc.requestCallback<_straightline_v1_GetShadowResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Chooses an instance for one request and reserves a slot on it.
   * INVALID_ARGUMENT: malformed. NOT_FOUND: unknown application. FAILED_PRECONDITION: could never fit.
   * RESOURCE_EXHAUSTED: nothing free now (RetryInfo attached). DEADLINE_EXCEEDED: the deadline has passed.
   */
  Place(argument: _straightline_v1_PlaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_PlaceResponse__Output>): grpc.ClientUnaryCall;
  Place(argument: _straightline_v1_PlaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_PlaceResponse__Output>): grpc.ClientUnaryCall;
  Place(argument: _straightline_v1_PlaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_PlaceResponse__Output>): grpc.ClientUnaryCall;
  Place(argument: _straightline_v1_PlaceRequest, callback: grpc.requestCallback<_straightline_v1_PlaceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Chooses an instance for one request and reserves a slot on it.
   * INVALID_ARGUMENT: malformed. NOT_FOUND: unknown application. FAILED_PRECONDITION: could never fit.
   * RESOURCE_EXHAUSTED: nothing free now (RetryInfo attached). DEADLINE_EXCEEDED: the deadline has passed.
   */
  place(argument: _straightline_v1_PlaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_PlaceResponse__Output>): grpc.ClientUnaryCall;
  place(argument: _straightline_v1_PlaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_PlaceResponse__Output>): grpc.ClientUnaryCall;
  place(argument: _straightline_v1_PlaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_PlaceResponse__Output>): grpc.ClientUnaryCall;
  place(argument: _straightline_v1_PlaceRequest, callback: grpc.requestCallback<_straightline_v1_PlaceResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The same for many requests a message; items are answered in any order, each under its id.
   */
  PlaceStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_straightline_v1_PlaceStreamRequest, _straightline_v1_PlaceStreamResponse__Output>;
  PlaceStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_straightline_v1_PlaceStreamRequest, _straightline_v1_PlaceStreamResponse__Output>;
  /**
   * The same for many requests a message; items are answered in any order, each under its id.
   */
  placeStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_straightline_v1_PlaceStreamRequest, _straightline_v1_PlaceStreamResponse__Output>;
  placeStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_straightline_v1_PlaceStreamRequest, _straightline_v1_PlaceStreamResponse__Output>;
  
  /**
   * Tells how a placed request ended; frees its slot and feeds learning. Repeating it is harmless.
   */
  Report(argument: _straightline_v1_ReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  Report(argument: _straightline_v1_ReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  Report(argument: _straightline_v1_ReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  Report(argument: _straightline_v1_ReportRequest, callback: grpc.requestCallback<_straightline_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Tells how a placed request ended; frees its slot and feeds learning. Repeating it is harmless.
   */
  report(argument: _straightline_v1_ReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  report(argument: _straightline_v1_ReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_straightline_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  report(argument: _straightline_v1_ReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_straightline_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  report(argument: _straightline_v1_ReportRequest, callback: grpc.requestCallback<_straightline_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Decisions as they are made.
   */
  Watch(argument: _straightline_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_WatchResponse__Output>;
  Watch(argument: _straightline_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_WatchResponse__Output>;
  /**
   * Decisions as they are made.
   */
  watch(argument: _straightline_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_WatchResponse__Output>;
  watch(argument: _straightline_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_straightline_v1_WatchResponse__Output>;
  
}

/**
 * Decides where each request goes. Payloads never pass through it.
 */
export interface PlacementServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * A past decision, whole. NOT_FOUND once it has left the bounded history.
   */
  Explain: grpc.handleUnaryCall<_straightline_v1_ExplainRequest__Output, _straightline_v1_ExplainResponse>;
  
  /**
   * How the policy that decides in shadow compares with the active one, since placement started.
   */
  GetShadow: grpc.handleUnaryCall<_straightline_v1_GetShadowRequest__Output, _straightline_v1_GetShadowResponse>;
  
  /**
   * Chooses an instance for one request and reserves a slot on it.
   * INVALID_ARGUMENT: malformed. NOT_FOUND: unknown application. FAILED_PRECONDITION: could never fit.
   * RESOURCE_EXHAUSTED: nothing free now (RetryInfo attached). DEADLINE_EXCEEDED: the deadline has passed.
   */
  Place: grpc.handleUnaryCall<_straightline_v1_PlaceRequest__Output, _straightline_v1_PlaceResponse>;
  
  /**
   * The same for many requests a message; items are answered in any order, each under its id.
   */
  PlaceStream: grpc.handleBidiStreamingCall<_straightline_v1_PlaceStreamRequest__Output, _straightline_v1_PlaceStreamResponse>;
  
  /**
   * Tells how a placed request ended; frees its slot and feeds learning. Repeating it is harmless.
   */
  Report: grpc.handleUnaryCall<_straightline_v1_ReportRequest__Output, _straightline_v1_ReportResponse>;
  
  /**
   * Decisions as they are made.
   */
  Watch: grpc.handleServerStreamingCall<_straightline_v1_WatchRequest__Output, _straightline_v1_WatchResponse>;
  
}

export interface PlacementServiceDefinition extends grpc.ServiceDefinition {
  Explain: MethodDefinition<_straightline_v1_ExplainRequest, _straightline_v1_ExplainResponse, _straightline_v1_ExplainRequest__Output, _straightline_v1_ExplainResponse__Output>
  GetShadow: MethodDefinition<_straightline_v1_GetShadowRequest, _straightline_v1_GetShadowResponse, _straightline_v1_GetShadowRequest__Output, _straightline_v1_GetShadowResponse__Output>
  Place: MethodDefinition<_straightline_v1_PlaceRequest, _straightline_v1_PlaceResponse, _straightline_v1_PlaceRequest__Output, _straightline_v1_PlaceResponse__Output>
  PlaceStream: MethodDefinition<_straightline_v1_PlaceStreamRequest, _straightline_v1_PlaceStreamResponse, _straightline_v1_PlaceStreamRequest__Output, _straightline_v1_PlaceStreamResponse__Output>
  Report: MethodDefinition<_straightline_v1_ReportRequest, _straightline_v1_ReportResponse, _straightline_v1_ReportRequest__Output, _straightline_v1_ReportResponse__Output>
  Watch: MethodDefinition<_straightline_v1_WatchRequest, _straightline_v1_WatchResponse, _straightline_v1_WatchRequest__Output, _straightline_v1_WatchResponse__Output>
}
