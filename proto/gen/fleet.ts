import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApplicationArrivals as _straightline_v1_ApplicationArrivals, ApplicationArrivals__Output as _straightline_v1_ApplicationArrivals__Output } from './straightline/v1/ApplicationArrivals.js';
import type { ArrivalReport as _straightline_v1_ArrivalReport, ArrivalReport__Output as _straightline_v1_ArrivalReport__Output } from './straightline/v1/ArrivalReport.js';
import type { CordonRequest as _straightline_v1_CordonRequest, CordonRequest__Output as _straightline_v1_CordonRequest__Output } from './straightline/v1/CordonRequest.js';
import type { CordonResponse as _straightline_v1_CordonResponse, CordonResponse__Output as _straightline_v1_CordonResponse__Output } from './straightline/v1/CordonResponse.js';
import type { DrainRequest as _straightline_v1_DrainRequest, DrainRequest__Output as _straightline_v1_DrainRequest__Output } from './straightline/v1/DrainRequest.js';
import type { DrainResponse as _straightline_v1_DrainResponse, DrainResponse__Output as _straightline_v1_DrainResponse__Output } from './straightline/v1/DrainResponse.js';
import type { DurationSketch as _straightline_v1_DurationSketch, DurationSketch__Output as _straightline_v1_DurationSketch__Output } from './straightline/v1/DurationSketch.js';
import type { FleetServiceClient as _straightline_v1_FleetServiceClient, FleetServiceDefinition as _straightline_v1_FleetServiceDefinition } from './straightline/v1/FleetService.js';
import type { FleetServiceWatchRequest as _straightline_v1_FleetServiceWatchRequest, FleetServiceWatchRequest__Output as _straightline_v1_FleetServiceWatchRequest__Output } from './straightline/v1/FleetServiceWatchRequest.js';
import type { FleetServiceWatchResponse as _straightline_v1_FleetServiceWatchResponse, FleetServiceWatchResponse__Output as _straightline_v1_FleetServiceWatchResponse__Output } from './straightline/v1/FleetServiceWatchResponse.js';
import type { FunctionTelemetry as _straightline_v1_FunctionTelemetry, FunctionTelemetry__Output as _straightline_v1_FunctionTelemetry__Output } from './straightline/v1/FunctionTelemetry.js';
import type { GetNodeRequest as _straightline_v1_GetNodeRequest, GetNodeRequest__Output as _straightline_v1_GetNodeRequest__Output } from './straightline/v1/GetNodeRequest.js';
import type { GetNodeResponse as _straightline_v1_GetNodeResponse, GetNodeResponse__Output as _straightline_v1_GetNodeResponse__Output } from './straightline/v1/GetNodeResponse.js';
import type { InstanceTelemetry as _straightline_v1_InstanceTelemetry, InstanceTelemetry__Output as _straightline_v1_InstanceTelemetry__Output } from './straightline/v1/InstanceTelemetry.js';
import type { JoinRequest as _straightline_v1_JoinRequest, JoinRequest__Output as _straightline_v1_JoinRequest__Output } from './straightline/v1/JoinRequest.js';
import type { JoinResponse as _straightline_v1_JoinResponse, JoinResponse__Output as _straightline_v1_JoinResponse__Output } from './straightline/v1/JoinResponse.js';
import type { ListNodesRequest as _straightline_v1_ListNodesRequest, ListNodesRequest__Output as _straightline_v1_ListNodesRequest__Output } from './straightline/v1/ListNodesRequest.js';
import type { ListNodesResponse as _straightline_v1_ListNodesResponse, ListNodesResponse__Output as _straightline_v1_ListNodesResponse__Output } from './straightline/v1/ListNodesResponse.js';
import type { Node as _straightline_v1_Node, Node__Output as _straightline_v1_Node__Output } from './straightline/v1/Node.js';
import type { NodeCapacity as _straightline_v1_NodeCapacity, NodeCapacity__Output as _straightline_v1_NodeCapacity__Output } from './straightline/v1/NodeCapacity.js';
import type { NodeIdentity as _straightline_v1_NodeIdentity, NodeIdentity__Output as _straightline_v1_NodeIdentity__Output } from './straightline/v1/NodeIdentity.js';
import type { NodeRecord as _straightline_v1_NodeRecord, NodeRecord__Output as _straightline_v1_NodeRecord__Output } from './straightline/v1/NodeRecord.js';
import type { NodeUsage as _straightline_v1_NodeUsage, NodeUsage__Output as _straightline_v1_NodeUsage__Output } from './straightline/v1/NodeUsage.js';
import type { Price as _straightline_v1_Price, Price__Output as _straightline_v1_Price__Output } from './straightline/v1/Price.js';
import type { Resources as _straightline_v1_Resources, Resources__Output as _straightline_v1_Resources__Output } from './straightline/v1/Resources.js';
import type { SpentToken as _straightline_v1_SpentToken, SpentToken__Output as _straightline_v1_SpentToken__Output } from './straightline/v1/SpentToken.js';
import type { TelemetrySnapshot as _straightline_v1_TelemetrySnapshot, TelemetrySnapshot__Output as _straightline_v1_TelemetrySnapshot__Output } from './straightline/v1/TelemetrySnapshot.js';
import type { UncordonRequest as _straightline_v1_UncordonRequest, UncordonRequest__Output as _straightline_v1_UncordonRequest__Output } from './straightline/v1/UncordonRequest.js';
import type { UncordonResponse as _straightline_v1_UncordonResponse, UncordonResponse__Output as _straightline_v1_UncordonResponse__Output } from './straightline/v1/UncordonResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  straightline: {
    v1: {
      ApplicationArrivals: MessageTypeDefinition<_straightline_v1_ApplicationArrivals, _straightline_v1_ApplicationArrivals__Output>
      ArrivalReport: MessageTypeDefinition<_straightline_v1_ArrivalReport, _straightline_v1_ArrivalReport__Output>
      CordonRequest: MessageTypeDefinition<_straightline_v1_CordonRequest, _straightline_v1_CordonRequest__Output>
      CordonResponse: MessageTypeDefinition<_straightline_v1_CordonResponse, _straightline_v1_CordonResponse__Output>
      DrainRequest: MessageTypeDefinition<_straightline_v1_DrainRequest, _straightline_v1_DrainRequest__Output>
      DrainResponse: MessageTypeDefinition<_straightline_v1_DrainResponse, _straightline_v1_DrainResponse__Output>
      DurationSketch: MessageTypeDefinition<_straightline_v1_DurationSketch, _straightline_v1_DurationSketch__Output>
      /**
       * The nodes and what runs on them.
       */
      FleetService: SubtypeConstructor<typeof grpc.Client, _straightline_v1_FleetServiceClient> & { service: _straightline_v1_FleetServiceDefinition }
      FleetServiceWatchRequest: MessageTypeDefinition<_straightline_v1_FleetServiceWatchRequest, _straightline_v1_FleetServiceWatchRequest__Output>
      FleetServiceWatchResponse: MessageTypeDefinition<_straightline_v1_FleetServiceWatchResponse, _straightline_v1_FleetServiceWatchResponse__Output>
      FunctionTelemetry: MessageTypeDefinition<_straightline_v1_FunctionTelemetry, _straightline_v1_FunctionTelemetry__Output>
      GetNodeRequest: MessageTypeDefinition<_straightline_v1_GetNodeRequest, _straightline_v1_GetNodeRequest__Output>
      GetNodeResponse: MessageTypeDefinition<_straightline_v1_GetNodeResponse, _straightline_v1_GetNodeResponse__Output>
      InstanceState: EnumTypeDefinition
      InstanceTelemetry: MessageTypeDefinition<_straightline_v1_InstanceTelemetry, _straightline_v1_InstanceTelemetry__Output>
      JoinRequest: MessageTypeDefinition<_straightline_v1_JoinRequest, _straightline_v1_JoinRequest__Output>
      JoinResponse: MessageTypeDefinition<_straightline_v1_JoinResponse, _straightline_v1_JoinResponse__Output>
      ListNodesRequest: MessageTypeDefinition<_straightline_v1_ListNodesRequest, _straightline_v1_ListNodesRequest__Output>
      ListNodesResponse: MessageTypeDefinition<_straightline_v1_ListNodesResponse, _straightline_v1_ListNodesResponse__Output>
      Node: MessageTypeDefinition<_straightline_v1_Node, _straightline_v1_Node__Output>
      NodeCapacity: MessageTypeDefinition<_straightline_v1_NodeCapacity, _straightline_v1_NodeCapacity__Output>
      NodeHealth: EnumTypeDefinition
      NodeIdentity: MessageTypeDefinition<_straightline_v1_NodeIdentity, _straightline_v1_NodeIdentity__Output>
      NodeKind: EnumTypeDefinition
      NodeRecord: MessageTypeDefinition<_straightline_v1_NodeRecord, _straightline_v1_NodeRecord__Output>
      NodeUsage: MessageTypeDefinition<_straightline_v1_NodeUsage, _straightline_v1_NodeUsage__Output>
      Price: MessageTypeDefinition<_straightline_v1_Price, _straightline_v1_Price__Output>
      Resources: MessageTypeDefinition<_straightline_v1_Resources, _straightline_v1_Resources__Output>
      Scheduling: EnumTypeDefinition
      SpentToken: MessageTypeDefinition<_straightline_v1_SpentToken, _straightline_v1_SpentToken__Output>
      TelemetrySnapshot: MessageTypeDefinition<_straightline_v1_TelemetrySnapshot, _straightline_v1_TelemetrySnapshot__Output>
      UncordonRequest: MessageTypeDefinition<_straightline_v1_UncordonRequest, _straightline_v1_UncordonRequest__Output>
      UncordonResponse: MessageTypeDefinition<_straightline_v1_UncordonResponse, _straightline_v1_UncordonResponse__Output>
    }
  }
}

