import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Application as _straightline_v1_Application, Application__Output as _straightline_v1_Application__Output } from './straightline/v1/Application.js';
import type { ApplicationArrivals as _straightline_v1_ApplicationArrivals, ApplicationArrivals__Output as _straightline_v1_ApplicationArrivals__Output } from './straightline/v1/ApplicationArrivals.js';
import type { ApplicationRecord as _straightline_v1_ApplicationRecord, ApplicationRecord__Output as _straightline_v1_ApplicationRecord__Output } from './straightline/v1/ApplicationRecord.js';
import type { ApplicationStatus as _straightline_v1_ApplicationStatus, ApplicationStatus__Output as _straightline_v1_ApplicationStatus__Output } from './straightline/v1/ApplicationStatus.js';
import type { ArrivalReport as _straightline_v1_ArrivalReport, ArrivalReport__Output as _straightline_v1_ArrivalReport__Output } from './straightline/v1/ArrivalReport.js';
import type { Artifact as _straightline_v1_Artifact, Artifact__Output as _straightline_v1_Artifact__Output } from './straightline/v1/Artifact.js';
import type { Assignment as _straightline_v1_Assignment, Assignment__Output as _straightline_v1_Assignment__Output } from './straightline/v1/Assignment.js';
import type { Autoscale as _straightline_v1_Autoscale, Autoscale__Output as _straightline_v1_Autoscale__Output } from './straightline/v1/Autoscale.js';
import type { Bundle as _straightline_v1_Bundle, Bundle__Output as _straightline_v1_Bundle__Output } from './straightline/v1/Bundle.js';
import type { CancelRequest as _straightline_v1_CancelRequest, CancelRequest__Output as _straightline_v1_CancelRequest__Output } from './straightline/v1/CancelRequest.js';
import type { CancelResponse as _straightline_v1_CancelResponse, CancelResponse__Output as _straightline_v1_CancelResponse__Output } from './straightline/v1/CancelResponse.js';
import type { Command as _straightline_v1_Command, Command__Output as _straightline_v1_Command__Output } from './straightline/v1/Command.js';
import type { ContainerImage as _straightline_v1_ContainerImage, ContainerImage__Output as _straightline_v1_ContainerImage__Output } from './straightline/v1/ContainerImage.js';
import type { DeployRequest as _straightline_v1_DeployRequest, DeployRequest__Output as _straightline_v1_DeployRequest__Output } from './straightline/v1/DeployRequest.js';
import type { DeployResponse as _straightline_v1_DeployResponse, DeployResponse__Output as _straightline_v1_DeployResponse__Output } from './straightline/v1/DeployResponse.js';
import type { DeploymentServiceClient as _straightline_v1_DeploymentServiceClient, DeploymentServiceDefinition as _straightline_v1_DeploymentServiceDefinition } from './straightline/v1/DeploymentService.js';
import type { DeploymentServiceWatchRequest as _straightline_v1_DeploymentServiceWatchRequest, DeploymentServiceWatchRequest__Output as _straightline_v1_DeploymentServiceWatchRequest__Output } from './straightline/v1/DeploymentServiceWatchRequest.js';
import type { DeploymentServiceWatchResponse as _straightline_v1_DeploymentServiceWatchResponse, DeploymentServiceWatchResponse__Output as _straightline_v1_DeploymentServiceWatchResponse__Output } from './straightline/v1/DeploymentServiceWatchResponse.js';
import type { DurationSketch as _straightline_v1_DurationSketch, DurationSketch__Output as _straightline_v1_DurationSketch__Output } from './straightline/v1/DurationSketch.js';
import type { FunctionTelemetry as _straightline_v1_FunctionTelemetry, FunctionTelemetry__Output as _straightline_v1_FunctionTelemetry__Output } from './straightline/v1/FunctionTelemetry.js';
import type { Gate as _straightline_v1_Gate, Gate__Output as _straightline_v1_Gate__Output } from './straightline/v1/Gate.js';
import type { GetRequest as _straightline_v1_GetRequest, GetRequest__Output as _straightline_v1_GetRequest__Output } from './straightline/v1/GetRequest.js';
import type { GetResponse as _straightline_v1_GetResponse, GetResponse__Output as _straightline_v1_GetResponse__Output } from './straightline/v1/GetResponse.js';
import type { Implementation as _straightline_v1_Implementation, Implementation__Output as _straightline_v1_Implementation__Output } from './straightline/v1/Implementation.js';
import type { ImplementationStatus as _straightline_v1_ImplementationStatus, ImplementationStatus__Output as _straightline_v1_ImplementationStatus__Output } from './straightline/v1/ImplementationStatus.js';
import type { InstanceStatus as _straightline_v1_InstanceStatus, InstanceStatus__Output as _straightline_v1_InstanceStatus__Output } from './straightline/v1/InstanceStatus.js';
import type { InstanceTelemetry as _straightline_v1_InstanceTelemetry, InstanceTelemetry__Output as _straightline_v1_InstanceTelemetry__Output } from './straightline/v1/InstanceTelemetry.js';
import type { Job as _straightline_v1_Job, Job__Output as _straightline_v1_Job__Output } from './straightline/v1/Job.js';
import type { JobLog as _straightline_v1_JobLog, JobLog__Output as _straightline_v1_JobLog__Output } from './straightline/v1/JobLog.js';
import type { JobServiceClient as _straightline_v1_JobServiceClient, JobServiceDefinition as _straightline_v1_JobServiceDefinition } from './straightline/v1/JobService.js';
import type { JobServiceGetRequest as _straightline_v1_JobServiceGetRequest, JobServiceGetRequest__Output as _straightline_v1_JobServiceGetRequest__Output } from './straightline/v1/JobServiceGetRequest.js';
import type { JobServiceGetResponse as _straightline_v1_JobServiceGetResponse, JobServiceGetResponse__Output as _straightline_v1_JobServiceGetResponse__Output } from './straightline/v1/JobServiceGetResponse.js';
import type { JobServiceListRequest as _straightline_v1_JobServiceListRequest, JobServiceListRequest__Output as _straightline_v1_JobServiceListRequest__Output } from './straightline/v1/JobServiceListRequest.js';
import type { JobServiceListResponse as _straightline_v1_JobServiceListResponse, JobServiceListResponse__Output as _straightline_v1_JobServiceListResponse__Output } from './straightline/v1/JobServiceListResponse.js';
import type { JobServiceWatchRequest as _straightline_v1_JobServiceWatchRequest, JobServiceWatchRequest__Output as _straightline_v1_JobServiceWatchRequest__Output } from './straightline/v1/JobServiceWatchRequest.js';
import type { JobServiceWatchResponse as _straightline_v1_JobServiceWatchResponse, JobServiceWatchResponse__Output as _straightline_v1_JobServiceWatchResponse__Output } from './straightline/v1/JobServiceWatchResponse.js';
import type { JobSpec as _straightline_v1_JobSpec, JobSpec__Output as _straightline_v1_JobSpec__Output } from './straightline/v1/JobSpec.js';
import type { JobStage as _straightline_v1_JobStage, JobStage__Output as _straightline_v1_JobStage__Output } from './straightline/v1/JobStage.js';
import type { LeaseRecord as _straightline_v1_LeaseRecord, LeaseRecord__Output as _straightline_v1_LeaseRecord__Output } from './straightline/v1/LeaseRecord.js';
import type { ListRequest as _straightline_v1_ListRequest, ListRequest__Output as _straightline_v1_ListRequest__Output } from './straightline/v1/ListRequest.js';
import type { ListResponse as _straightline_v1_ListResponse, ListResponse__Output as _straightline_v1_ListResponse__Output } from './straightline/v1/ListResponse.js';
import type { NodeCapacity as _straightline_v1_NodeCapacity, NodeCapacity__Output as _straightline_v1_NodeCapacity__Output } from './straightline/v1/NodeCapacity.js';
import type { NodeConstraints as _straightline_v1_NodeConstraints, NodeConstraints__Output as _straightline_v1_NodeConstraints__Output } from './straightline/v1/NodeConstraints.js';
import type { NodeUsage as _straightline_v1_NodeUsage, NodeUsage__Output as _straightline_v1_NodeUsage__Output } from './straightline/v1/NodeUsage.js';
import type { PlanRequest as _straightline_v1_PlanRequest, PlanRequest__Output as _straightline_v1_PlanRequest__Output } from './straightline/v1/PlanRequest.js';
import type { PlanResponse as _straightline_v1_PlanResponse, PlanResponse__Output as _straightline_v1_PlanResponse__Output } from './straightline/v1/PlanResponse.js';
import type { PlannedForm as _straightline_v1_PlannedForm, PlannedForm__Output as _straightline_v1_PlannedForm__Output } from './straightline/v1/PlannedForm.js';
import type { PlannedStep as _straightline_v1_PlannedStep, PlannedStep__Output as _straightline_v1_PlannedStep__Output } from './straightline/v1/PlannedStep.js';
import type { Price as _straightline_v1_Price, Price__Output as _straightline_v1_Price__Output } from './straightline/v1/Price.js';
import type { RefusedNode as _straightline_v1_RefusedNode, RefusedNode__Output as _straightline_v1_RefusedNode__Output } from './straightline/v1/RefusedNode.js';
import type { Resources as _straightline_v1_Resources, Resources__Output as _straightline_v1_Resources__Output } from './straightline/v1/Resources.js';
import type { Revision as _straightline_v1_Revision, Revision__Output as _straightline_v1_Revision__Output } from './straightline/v1/Revision.js';
import type { RollbackRequest as _straightline_v1_RollbackRequest, RollbackRequest__Output as _straightline_v1_RollbackRequest__Output } from './straightline/v1/RollbackRequest.js';
import type { RollbackResponse as _straightline_v1_RollbackResponse, RollbackResponse__Output as _straightline_v1_RollbackResponse__Output } from './straightline/v1/RollbackResponse.js';
import type { RolloutLimits as _straightline_v1_RolloutLimits, RolloutLimits__Output as _straightline_v1_RolloutLimits__Output } from './straightline/v1/RolloutLimits.js';
import type { RolloutStatus as _straightline_v1_RolloutStatus, RolloutStatus__Output as _straightline_v1_RolloutStatus__Output } from './straightline/v1/RolloutStatus.js';
import type { ScaleRequest as _straightline_v1_ScaleRequest, ScaleRequest__Output as _straightline_v1_ScaleRequest__Output } from './straightline/v1/ScaleRequest.js';
import type { ScaleResponse as _straightline_v1_ScaleResponse, ScaleResponse__Output as _straightline_v1_ScaleResponse__Output } from './straightline/v1/ScaleResponse.js';
import type { ScaledForm as _straightline_v1_ScaledForm, ScaledForm__Output as _straightline_v1_ScaledForm__Output } from './straightline/v1/ScaledForm.js';
import type { StageAttempt as _straightline_v1_StageAttempt, StageAttempt__Output as _straightline_v1_StageAttempt__Output } from './straightline/v1/StageAttempt.js';
import type { StageResult as _straightline_v1_StageResult, StageResult__Output as _straightline_v1_StageResult__Output } from './straightline/v1/StageResult.js';
import type { StageRun as _straightline_v1_StageRun, StageRun__Output as _straightline_v1_StageRun__Output } from './straightline/v1/StageRun.js';
import type { StageStatus as _straightline_v1_StageStatus, StageStatus__Output as _straightline_v1_StageStatus__Output } from './straightline/v1/StageStatus.js';
import type { SubmitRequest as _straightline_v1_SubmitRequest, SubmitRequest__Output as _straightline_v1_SubmitRequest__Output } from './straightline/v1/SubmitRequest.js';
import type { SubmitResponse as _straightline_v1_SubmitResponse, SubmitResponse__Output as _straightline_v1_SubmitResponse__Output } from './straightline/v1/SubmitResponse.js';
import type { TelemetrySnapshot as _straightline_v1_TelemetrySnapshot, TelemetrySnapshot__Output as _straightline_v1_TelemetrySnapshot__Output } from './straightline/v1/TelemetrySnapshot.js';
import type { UndeployRequest as _straightline_v1_UndeployRequest, UndeployRequest__Output as _straightline_v1_UndeployRequest__Output } from './straightline/v1/UndeployRequest.js';
import type { UndeployResponse as _straightline_v1_UndeployResponse, UndeployResponse__Output as _straightline_v1_UndeployResponse__Output } from './straightline/v1/UndeployResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  straightline: {
    v1: {
      Application: MessageTypeDefinition<_straightline_v1_Application, _straightline_v1_Application__Output>
      ApplicationArrivals: MessageTypeDefinition<_straightline_v1_ApplicationArrivals, _straightline_v1_ApplicationArrivals__Output>
      ApplicationRecord: MessageTypeDefinition<_straightline_v1_ApplicationRecord, _straightline_v1_ApplicationRecord__Output>
      ApplicationStatus: MessageTypeDefinition<_straightline_v1_ApplicationStatus, _straightline_v1_ApplicationStatus__Output>
      ArrivalReport: MessageTypeDefinition<_straightline_v1_ArrivalReport, _straightline_v1_ArrivalReport__Output>
      Artifact: MessageTypeDefinition<_straightline_v1_Artifact, _straightline_v1_Artifact__Output>
      Assignment: MessageTypeDefinition<_straightline_v1_Assignment, _straightline_v1_Assignment__Output>
      AttemptState: EnumTypeDefinition
      Autoscale: MessageTypeDefinition<_straightline_v1_Autoscale, _straightline_v1_Autoscale__Output>
      Bundle: MessageTypeDefinition<_straightline_v1_Bundle, _straightline_v1_Bundle__Output>
      CancelRequest: MessageTypeDefinition<_straightline_v1_CancelRequest, _straightline_v1_CancelRequest__Output>
      CancelResponse: MessageTypeDefinition<_straightline_v1_CancelResponse, _straightline_v1_CancelResponse__Output>
      Command: MessageTypeDefinition<_straightline_v1_Command, _straightline_v1_Command__Output>
      ContainerImage: MessageTypeDefinition<_straightline_v1_ContainerImage, _straightline_v1_ContainerImage__Output>
      DeployRequest: MessageTypeDefinition<_straightline_v1_DeployRequest, _straightline_v1_DeployRequest__Output>
      DeployResponse: MessageTypeDefinition<_straightline_v1_DeployResponse, _straightline_v1_DeployResponse__Output>
      /**
       * Applications: what should run. Agents make it so.
       */
      DeploymentService: SubtypeConstructor<typeof grpc.Client, _straightline_v1_DeploymentServiceClient> & { service: _straightline_v1_DeploymentServiceDefinition }
      DeploymentServiceWatchRequest: MessageTypeDefinition<_straightline_v1_DeploymentServiceWatchRequest, _straightline_v1_DeploymentServiceWatchRequest__Output>
      DeploymentServiceWatchResponse: MessageTypeDefinition<_straightline_v1_DeploymentServiceWatchResponse, _straightline_v1_DeploymentServiceWatchResponse__Output>
      DurationSketch: MessageTypeDefinition<_straightline_v1_DurationSketch, _straightline_v1_DurationSketch__Output>
      FunctionTelemetry: MessageTypeDefinition<_straightline_v1_FunctionTelemetry, _straightline_v1_FunctionTelemetry__Output>
      Gate: MessageTypeDefinition<_straightline_v1_Gate, _straightline_v1_Gate__Output>
      GetRequest: MessageTypeDefinition<_straightline_v1_GetRequest, _straightline_v1_GetRequest__Output>
      GetResponse: MessageTypeDefinition<_straightline_v1_GetResponse, _straightline_v1_GetResponse__Output>
      Implementation: MessageTypeDefinition<_straightline_v1_Implementation, _straightline_v1_Implementation__Output>
      ImplementationStatus: MessageTypeDefinition<_straightline_v1_ImplementationStatus, _straightline_v1_ImplementationStatus__Output>
      InstanceState: EnumTypeDefinition
      InstanceStatus: MessageTypeDefinition<_straightline_v1_InstanceStatus, _straightline_v1_InstanceStatus__Output>
      InstanceTelemetry: MessageTypeDefinition<_straightline_v1_InstanceTelemetry, _straightline_v1_InstanceTelemetry__Output>
      Job: MessageTypeDefinition<_straightline_v1_Job, _straightline_v1_Job__Output>
      JobLog: MessageTypeDefinition<_straightline_v1_JobLog, _straightline_v1_JobLog__Output>
      /**
       * Model development: stages that run one after the other, each once, on the fleet's nodes.
       */
      JobService: SubtypeConstructor<typeof grpc.Client, _straightline_v1_JobServiceClient> & { service: _straightline_v1_JobServiceDefinition }
      JobServiceGetRequest: MessageTypeDefinition<_straightline_v1_JobServiceGetRequest, _straightline_v1_JobServiceGetRequest__Output>
      JobServiceGetResponse: MessageTypeDefinition<_straightline_v1_JobServiceGetResponse, _straightline_v1_JobServiceGetResponse__Output>
      JobServiceListRequest: MessageTypeDefinition<_straightline_v1_JobServiceListRequest, _straightline_v1_JobServiceListRequest__Output>
      JobServiceListResponse: MessageTypeDefinition<_straightline_v1_JobServiceListResponse, _straightline_v1_JobServiceListResponse__Output>
      JobServiceWatchRequest: MessageTypeDefinition<_straightline_v1_JobServiceWatchRequest, _straightline_v1_JobServiceWatchRequest__Output>
      JobServiceWatchResponse: MessageTypeDefinition<_straightline_v1_JobServiceWatchResponse, _straightline_v1_JobServiceWatchResponse__Output>
      JobSpec: MessageTypeDefinition<_straightline_v1_JobSpec, _straightline_v1_JobSpec__Output>
      JobStage: MessageTypeDefinition<_straightline_v1_JobStage, _straightline_v1_JobStage__Output>
      JobState: EnumTypeDefinition
      LeaseRecord: MessageTypeDefinition<_straightline_v1_LeaseRecord, _straightline_v1_LeaseRecord__Output>
      ListRequest: MessageTypeDefinition<_straightline_v1_ListRequest, _straightline_v1_ListRequest__Output>
      ListResponse: MessageTypeDefinition<_straightline_v1_ListResponse, _straightline_v1_ListResponse__Output>
      NodeCapacity: MessageTypeDefinition<_straightline_v1_NodeCapacity, _straightline_v1_NodeCapacity__Output>
      NodeConstraints: MessageTypeDefinition<_straightline_v1_NodeConstraints, _straightline_v1_NodeConstraints__Output>
      NodeHealth: EnumTypeDefinition
      NodeKind: EnumTypeDefinition
      NodeUsage: MessageTypeDefinition<_straightline_v1_NodeUsage, _straightline_v1_NodeUsage__Output>
      Packing: EnumTypeDefinition
      PlanRequest: MessageTypeDefinition<_straightline_v1_PlanRequest, _straightline_v1_PlanRequest__Output>
      PlanResponse: MessageTypeDefinition<_straightline_v1_PlanResponse, _straightline_v1_PlanResponse__Output>
      PlannedAction: EnumTypeDefinition
      PlannedForm: MessageTypeDefinition<_straightline_v1_PlannedForm, _straightline_v1_PlannedForm__Output>
      PlannedStep: MessageTypeDefinition<_straightline_v1_PlannedStep, _straightline_v1_PlannedStep__Output>
      Price: MessageTypeDefinition<_straightline_v1_Price, _straightline_v1_Price__Output>
      RefusedNode: MessageTypeDefinition<_straightline_v1_RefusedNode, _straightline_v1_RefusedNode__Output>
      Resources: MessageTypeDefinition<_straightline_v1_Resources, _straightline_v1_Resources__Output>
      Revision: MessageTypeDefinition<_straightline_v1_Revision, _straightline_v1_Revision__Output>
      RollbackRequest: MessageTypeDefinition<_straightline_v1_RollbackRequest, _straightline_v1_RollbackRequest__Output>
      RollbackResponse: MessageTypeDefinition<_straightline_v1_RollbackResponse, _straightline_v1_RollbackResponse__Output>
      RolloutLimits: MessageTypeDefinition<_straightline_v1_RolloutLimits, _straightline_v1_RolloutLimits__Output>
      RolloutPhase: EnumTypeDefinition
      RolloutStatus: MessageTypeDefinition<_straightline_v1_RolloutStatus, _straightline_v1_RolloutStatus__Output>
      ScaleRequest: MessageTypeDefinition<_straightline_v1_ScaleRequest, _straightline_v1_ScaleRequest__Output>
      ScaleResponse: MessageTypeDefinition<_straightline_v1_ScaleResponse, _straightline_v1_ScaleResponse__Output>
      ScaledForm: MessageTypeDefinition<_straightline_v1_ScaledForm, _straightline_v1_ScaledForm__Output>
      StageAttempt: MessageTypeDefinition<_straightline_v1_StageAttempt, _straightline_v1_StageAttempt__Output>
      StageResult: MessageTypeDefinition<_straightline_v1_StageResult, _straightline_v1_StageResult__Output>
      StageRun: MessageTypeDefinition<_straightline_v1_StageRun, _straightline_v1_StageRun__Output>
      StageStatus: MessageTypeDefinition<_straightline_v1_StageStatus, _straightline_v1_StageStatus__Output>
      SubmitRequest: MessageTypeDefinition<_straightline_v1_SubmitRequest, _straightline_v1_SubmitRequest__Output>
      SubmitResponse: MessageTypeDefinition<_straightline_v1_SubmitResponse, _straightline_v1_SubmitResponse__Output>
      TelemetrySnapshot: MessageTypeDefinition<_straightline_v1_TelemetrySnapshot, _straightline_v1_TelemetrySnapshot__Output>
      UndeployRequest: MessageTypeDefinition<_straightline_v1_UndeployRequest, _straightline_v1_UndeployRequest__Output>
      UndeployResponse: MessageTypeDefinition<_straightline_v1_UndeployResponse, _straightline_v1_UndeployResponse__Output>
    }
  }
}

