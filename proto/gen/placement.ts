import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { CandidateTrace as _straightline_v1_CandidateTrace, CandidateTrace__Output as _straightline_v1_CandidateTrace__Output } from './straightline/v1/CandidateTrace.js';
import type { DecisionTrace as _straightline_v1_DecisionTrace, DecisionTrace__Output as _straightline_v1_DecisionTrace__Output } from './straightline/v1/DecisionTrace.js';
import type { ExplainRequest as _straightline_v1_ExplainRequest, ExplainRequest__Output as _straightline_v1_ExplainRequest__Output } from './straightline/v1/ExplainRequest.js';
import type { ExplainResponse as _straightline_v1_ExplainResponse, ExplainResponse__Output as _straightline_v1_ExplainResponse__Output } from './straightline/v1/ExplainResponse.js';
import type { GetShadowRequest as _straightline_v1_GetShadowRequest, GetShadowRequest__Output as _straightline_v1_GetShadowRequest__Output } from './straightline/v1/GetShadowRequest.js';
import type { GetShadowResponse as _straightline_v1_GetShadowResponse, GetShadowResponse__Output as _straightline_v1_GetShadowResponse__Output } from './straightline/v1/GetShadowResponse.js';
import type { PlaceFailure as _straightline_v1_PlaceFailure, PlaceFailure__Output as _straightline_v1_PlaceFailure__Output } from './straightline/v1/PlaceFailure.js';
import type { PlaceRequest as _straightline_v1_PlaceRequest, PlaceRequest__Output as _straightline_v1_PlaceRequest__Output } from './straightline/v1/PlaceRequest.js';
import type { PlaceResponse as _straightline_v1_PlaceResponse, PlaceResponse__Output as _straightline_v1_PlaceResponse__Output } from './straightline/v1/PlaceResponse.js';
import type { PlaceStreamItem as _straightline_v1_PlaceStreamItem, PlaceStreamItem__Output as _straightline_v1_PlaceStreamItem__Output } from './straightline/v1/PlaceStreamItem.js';
import type { PlaceStreamRequest as _straightline_v1_PlaceStreamRequest, PlaceStreamRequest__Output as _straightline_v1_PlaceStreamRequest__Output } from './straightline/v1/PlaceStreamRequest.js';
import type { PlaceStreamResponse as _straightline_v1_PlaceStreamResponse, PlaceStreamResponse__Output as _straightline_v1_PlaceStreamResponse__Output } from './straightline/v1/PlaceStreamResponse.js';
import type { PlaceStreamResult as _straightline_v1_PlaceStreamResult, PlaceStreamResult__Output as _straightline_v1_PlaceStreamResult__Output } from './straightline/v1/PlaceStreamResult.js';
import type { Placement as _straightline_v1_Placement, Placement__Output as _straightline_v1_Placement__Output } from './straightline/v1/Placement.js';
import type { PlacementConstraints as _straightline_v1_PlacementConstraints, PlacementConstraints__Output as _straightline_v1_PlacementConstraints__Output } from './straightline/v1/PlacementConstraints.js';
import type { PlacementServiceClient as _straightline_v1_PlacementServiceClient, PlacementServiceDefinition as _straightline_v1_PlacementServiceDefinition } from './straightline/v1/PlacementService.js';
import type { PredictedTime as _straightline_v1_PredictedTime, PredictedTime__Output as _straightline_v1_PredictedTime__Output } from './straightline/v1/PredictedTime.js';
import type { ReportRequest as _straightline_v1_ReportRequest, ReportRequest__Output as _straightline_v1_ReportRequest__Output } from './straightline/v1/ReportRequest.js';
import type { ReportResponse as _straightline_v1_ReportResponse, ReportResponse__Output as _straightline_v1_ReportResponse__Output } from './straightline/v1/ReportResponse.js';
import type { RequestData as _straightline_v1_RequestData, RequestData__Output as _straightline_v1_RequestData__Output } from './straightline/v1/RequestData.js';
import type { Resources as _straightline_v1_Resources, Resources__Output as _straightline_v1_Resources__Output } from './straightline/v1/Resources.js';
import type { ShadowMove as _straightline_v1_ShadowMove, ShadowMove__Output as _straightline_v1_ShadowMove__Output } from './straightline/v1/ShadowMove.js';
import type { WatchRequest as _straightline_v1_WatchRequest, WatchRequest__Output as _straightline_v1_WatchRequest__Output } from './straightline/v1/WatchRequest.js';
import type { WatchResponse as _straightline_v1_WatchResponse, WatchResponse__Output as _straightline_v1_WatchResponse__Output } from './straightline/v1/WatchResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  straightline: {
    v1: {
      CandidateTrace: MessageTypeDefinition<_straightline_v1_CandidateTrace, _straightline_v1_CandidateTrace__Output>
      DecisionTrace: MessageTypeDefinition<_straightline_v1_DecisionTrace, _straightline_v1_DecisionTrace__Output>
      ExplainRequest: MessageTypeDefinition<_straightline_v1_ExplainRequest, _straightline_v1_ExplainRequest__Output>
      ExplainResponse: MessageTypeDefinition<_straightline_v1_ExplainResponse, _straightline_v1_ExplainResponse__Output>
      GetShadowRequest: MessageTypeDefinition<_straightline_v1_GetShadowRequest, _straightline_v1_GetShadowRequest__Output>
      GetShadowResponse: MessageTypeDefinition<_straightline_v1_GetShadowResponse, _straightline_v1_GetShadowResponse__Output>
      InstanceState: EnumTypeDefinition
      NodeHealth: EnumTypeDefinition
      NodeKind: EnumTypeDefinition
      Outcome: EnumTypeDefinition
      PlaceFailure: MessageTypeDefinition<_straightline_v1_PlaceFailure, _straightline_v1_PlaceFailure__Output>
      PlaceRequest: MessageTypeDefinition<_straightline_v1_PlaceRequest, _straightline_v1_PlaceRequest__Output>
      PlaceResponse: MessageTypeDefinition<_straightline_v1_PlaceResponse, _straightline_v1_PlaceResponse__Output>
      PlaceStreamItem: MessageTypeDefinition<_straightline_v1_PlaceStreamItem, _straightline_v1_PlaceStreamItem__Output>
      PlaceStreamRequest: MessageTypeDefinition<_straightline_v1_PlaceStreamRequest, _straightline_v1_PlaceStreamRequest__Output>
      PlaceStreamResponse: MessageTypeDefinition<_straightline_v1_PlaceStreamResponse, _straightline_v1_PlaceStreamResponse__Output>
      PlaceStreamResult: MessageTypeDefinition<_straightline_v1_PlaceStreamResult, _straightline_v1_PlaceStreamResult__Output>
      Placement: MessageTypeDefinition<_straightline_v1_Placement, _straightline_v1_Placement__Output>
      PlacementConstraints: MessageTypeDefinition<_straightline_v1_PlacementConstraints, _straightline_v1_PlacementConstraints__Output>
      /**
       * Decides where each request goes. Payloads never pass through it.
       */
      PlacementService: SubtypeConstructor<typeof grpc.Client, _straightline_v1_PlacementServiceClient> & { service: _straightline_v1_PlacementServiceDefinition }
      PredictedTime: MessageTypeDefinition<_straightline_v1_PredictedTime, _straightline_v1_PredictedTime__Output>
      ReportRequest: MessageTypeDefinition<_straightline_v1_ReportRequest, _straightline_v1_ReportRequest__Output>
      ReportResponse: MessageTypeDefinition<_straightline_v1_ReportResponse, _straightline_v1_ReportResponse__Output>
      RequestData: MessageTypeDefinition<_straightline_v1_RequestData, _straightline_v1_RequestData__Output>
      Resources: MessageTypeDefinition<_straightline_v1_Resources, _straightline_v1_Resources__Output>
      ShadowMove: MessageTypeDefinition<_straightline_v1_ShadowMove, _straightline_v1_ShadowMove__Output>
      WatchRequest: MessageTypeDefinition<_straightline_v1_WatchRequest, _straightline_v1_WatchRequest__Output>
      WatchResponse: MessageTypeDefinition<_straightline_v1_WatchResponse, _straightline_v1_WatchResponse__Output>
    }
  }
}

