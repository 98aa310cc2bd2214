import type { ExplainResponse } from "../../../proto/gen/straightline/v1/ExplainResponse.js";
import type { Placement } from "../../../proto/gen/straightline/v1/Placement.js";
import type { PlaceRequest__Output } from "../../../proto/gen/straightline/v1/PlaceRequest.js";
import type { ReportRequest__Output } from "../../../proto/gen/straightline/v1/ReportRequest.js";
import { kindToWire } from "../../common/bus/index.js";
import { parseTraceparent } from "../../common/observe/index.js";
import { predictedMs } from "../../common/wire/index.js";
import type { Decision, InstanceView, NodeKind, PredictedTime, Trace } from "../scheduler/index.js";
import { type TraceTiming, traceToWire } from "./wire-trace.js";

/** A placed decision. */
export type Placed = Extract<Decision, { type: "placed" }>;

/** What is kept of a placement for Report and Explain. */
export interface PlacementRecord {
  readonly request: PlaceRequest__Output;
  /** Without its trace, which is translated only where it is asked for. */
  readonly placement: Placement;
  /** Also where not all of it is known, which the placement does not tell. */
  readonly predicted: PredictedTime;
  readonly trace: Trace;
  readonly timing: TraceTiming;
  readonly application: string;
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly instanceId: string;
  readonly traceparent: string;
  /** What a request there adds to the bill; undefined: nothing. */
  readonly price: InstanceView["price"];
  report: ReportRequest__Output | undefined;
  leaseExpired: boolean;
}

/** What a record is made of, beside the decision. */
export interface PlacementFacts {
  /** Empty on a dry run. */
  readonly placementId: string;
  readonly leaseMs: number;
  readonly deadlineMs: number;
  readonly idempotent: boolean;
  readonly request: PlaceRequest__Output;
  readonly timing: TraceTiming;
  readonly traceparent: string;
}

/** The record of a decision. */
export function createRecord({ candidate, reason, predicted, trace }: Placed, facts: PlacementFacts): PlacementRecord {
  const { instance } = candidate;
  const { request, timing, traceparent, placementId, idempotent } = facts;
  const placement: Placement = {
    placementId,
    nodeId: instance.nodeId,
    kind: kindToWire(instance.kind),
    instanceId: instance.instanceId,
    httpEndpoint: instance.httpEndpoint,
    grpcEndpoint: instance.grpcEndpoint,
    leaseMs: Math.ceil(facts.leaseMs),
    predicted: predictedMs(predicted) === undefined ? null : predicted,
    reason: waited(reason, timing.waitedMs),
    policy: trace.policy,
    frequency: trace.frequency,
    idempotent,
    deadlineMs: Math.ceil(facts.deadlineMs),
  };
  const { nodeId, kind, instanceId, application } = instance;
  return {
    request,
    placement,
    predicted,
    trace,
    timing,
    application,
    nodeId,
    kind,
    instanceId,
    traceparent,
    price: instance.price,
    report: undefined,
    leaseExpired: false,
  };
}

/** Shorter waits are not worth a word. */
const TOLD_WAIT_MS = 50;

/** Whoever waited, for a slot or for a first instance to start, is told. */
function waited(reason: string, waitedMs: number): string {
  return waitedMs < TOLD_WAIT_MS ? reason : `${reason}; it waited ${waitedMs} ms for capacity`;
}

/** The placement with its trace where that is wanted. */
export function renderPlacement({ placement, trace, timing }: PlacementRecord, explain: boolean): Placement {
  return explain ? { ...placement, trace: traceToWire(trace, timing) } : placement;
}

/** The whole record. */
export function renderExplanation(record: PlacementRecord): ExplainResponse {
  return {
    request: record.request,
    placement: renderPlacement(record, true),
    report: record.report ?? null,
    leaseExpired: record.leaseExpired,
    traceId: parseTraceparent(record.traceparent)?.traceId ?? "",
  };
}
