import { StraightLineError } from "../../common/errors/index.js";
import {
  ATTRIBUTE,
  isMispredicted,
  METRIC,
  type Metrics,
  SPAN,
  type TraceSpan,
  type Tracing,
  withSpan,
} from "../../common/observe/index.js";
import { type Outcome, type OutcomeReport, type Placement, type PlacementClient, unused } from "../placement-client/index.js";
import { type FrontTls, frontFault } from "./front-tls.js";
import type { RequestOptions } from "./request-options.js";
import { type Failure, mayRetry } from "./retry.js";
import type { RequestScope } from "./scope.js";
import type { TargetAttributes } from "./target.js";

/** What was measured of an attempt. */
export type Measured = Omit<OutcomeReport, "placementId" | "outcome">;

/**
 * How an attempt ended:
 * - `answered`: the client has the answer, or part of it.
 * - `retry`: it failed, nothing has gone to the client, and the context allowed a retry.
 * - `failed`: it failed for good.
 * - `unusable`: the instance does not speak the protocol, or its front is not to be trusted; nothing was sent.
 */
export type AttemptEnd =
  | {
      readonly type: "answered";
      readonly outcome: Outcome;
      readonly measured: Measured;
      /** Of HTTP a number, of gRPC a name. */
      readonly status: number | string;
    }
  | { readonly type: "retry"; readonly outcome: Outcome; readonly measured: Measured; readonly error: StraightLineError }
  | { readonly type: "failed"; readonly outcome: Outcome; readonly measured: Measured; readonly error: StraightLineError }
  | { readonly type: "unusable"; readonly error: StraightLineError };

/** What an attempt knows. */
export interface AttemptContext {
  readonly placement: Placement;
  /** Parent of whatever the instance does. */
  readonly traceparent: string;
  /** Begins the span of waiting for a connection to the instance; undefined: nobody records. */
  readonly beginConnect: (() => TraceSpan) | undefined;
  /** Whether a failure at this point may be answered with `retry`. */
  mayRetry(failure: Failure, replayable: boolean): boolean;
}

/** One request to be forwarded. */
export interface ForwardJob {
  readonly application: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly options: RequestOptions;
  /** The method allows a second execution. */
  readonly idempotent: boolean;
  readonly scope: RequestScope;
  /** The request's span. */
  readonly span: TraceSpan;
  /** What the span of an attempt says of where it goes; asked only where it is recorded. */
  readonly target: (placement: Placement) => TargetAttributes;
  /** Tells where the request goes, before each attempt. */
  readonly onPlaced: (placement: Placement, attempts: number) => void;
  readonly send: (context: AttemptContext) => Promise<AttemptEnd>;
}

/** What forwarding needs. */
export interface ForwardParts {
  readonly placement: PlacementClient;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  /** Longest wait for placement when no deadline is known, milliseconds. */
  readonly placeTimeoutMs: number;
  /** A request that takes this long is slow: its trace is kept whatever is sampled. */
  readonly keepSlowMs: number;
  /** For instances that an agent fronts; undefined: none of them is used. */
  readonly frontTls: FrontTls | undefined;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Instances that cannot be used and are passed over before the request is refused. */
const MAX_UNUSABLE = 4;

/** A failed attempt that the next Place must explain. */
interface Before {
  readonly type: "retry" | "unusable";
  readonly error: StraightLineError;
  readonly placementId: string;
}

/** Places, sends and reports until the request is answered. Throws when it cannot be. */
export async function forward(parts: ForwardParts, job: ForwardJob): Promise<void> {
  const startedAtMs = parts.now();
  const excluded: string[] = [];
  let before: Before | undefined;
  let attempts = 0;
  for (let passedOver = 0; passedOver <= MAX_UNUSABLE; ) {
    const placement = await placeOnce(parts, job, excluded, before);
    excluded.push(placement.instanceId);
    const end = await attempt(parts, job, placement, attempts + 1);
    if (end.type === "answered") return markRemarkable(job, placement, end, parts.now() - startedAtMs >= parts.keepSlowMs);
    if (end.type === "failed") throw end.error;
    before = { ...end, placementId: placement.placementId };
    if (end.type === "unusable") passedOver++;
    else attempts++;
  }
  throw before?.error ?? new StraightLineError("INSTANCE_UNAVAILABLE", "no instance could be used");
}

const FAILED: ReadonlySet<Outcome> = new Set(["OUTCOME_INSTANCE_ERROR", "OUTCOME_TIMEOUT", "OUTCOME_THROTTLED"]);

/** Marks the trace of an answered request that failed, was slow, or took other than predicted. */
function markRemarkable(
  { span }: ForwardJob,
  { predictedMs }: Placement,
  { outcome, measured }: Extract<AttemptEnd, { type: "answered" }>,
  isSlow: boolean,
): void {
  if (FAILED.has(outcome)) span.fail(outcome);
  else if (isSlow) span.keep("slow");
  else if (outcome === "OUTCOME_OK" && isMispredicted(predictedMs, measured.responseMs)) span.keep("mispredicted");
}

async function placeOnce(
  { placement, tracing, placeTimeoutMs }: ForwardParts,
  { application, sizeBytes, contentType, options, scope, span }: ForwardJob,
  excludedInstanceIds: readonly string[],
  before: Before | undefined,
): Promise<Placement> {
  const remainingMs = scope.remainingMs();
  const { kinds, policy, frequencyHint } = options;
  const query = {
    ...{ application, sizeBytes, contentType, kinds, policy, frequencyHint },
    deadlineMs: remainingMs ?? 0,
    excludedInstanceIds: [...excludedInstanceIds],
    retryOf: before?.placementId ?? "",
    wait: true,
    dryRun: false,
  };
  const limits = remainingMs === undefined ? { timeoutMs: placeTimeoutMs } : {};
  try {
    const placed = await withSpan(tracing, SPAN.gatewayPlace, { role: "client", parent: span.traceparent }, ({ traceparent }) =>
      placement.place(query, { signal: scope.signal, traceparent, ...limits }),
    );
    if (placed.deadlineMs > 0) scope.setDeadline(placed.deadlineMs);
    return placed;
  } catch (error) {
    throw refusalAfter(before, StraightLineError.from(error));
  }
}

/** What the client is told when a second Place is refused: the first failure, unless the refusal says more. */
function refusalAfter(before: Before | undefined, refusal: StraightLineError): StraightLineError {
  if (before === undefined || refusal.code === "DEADLINE_EXCEEDED" || refusal.code === "CANCELLED") return refusal;
  // Instances that could serve the request may merely be full.
  if (before.type === "unusable" && refusal.code === "NO_CAPACITY") return refusal;
  return before.error;
}

async function attempt(parts: ForwardParts, job: ForwardJob, placement: Placement, attempts: number): Promise<AttemptEnd> {
  job.onPlaced(placement, attempts);
  const attributes = spanAttributes(placement, attempts);
  job.span.set(attributes);
  const span = parts.tracing.start(SPAN.gatewayForward, { role: "client", parent: job.span.traceparent, attributes });
  if (span.recording) span.set(job.target(placement));
  try {
    const fault = frontFault(placement, parts.frontTls);
    const end: AttemptEnd =
      fault !== undefined
        ? { type: "unusable", error: fault }
        : await job.send({
            placement,
            traceparent: span.traceparent,
            beginConnect: span.recording
              ? () => parts.tracing.start(SPAN.gatewayConnect, { parent: span.traceparent })
              : undefined,
            mayRetry: (failure, replayable) =>
              mayRetry({ failure, attempts, idempotent: job.idempotent || placement.idempotent, replayable }),
          });
    closeSpan(span, end);
    countAttempt(parts.metrics, job.application, placement, end);
    if (end.type !== "unusable") job.span.set({ [ATTRIBUTE.actualMs]: end.measured.responseMs });
    parts.placement.report(reportOf(placement, end), job.span.traceparent);
    return end;
  } catch (error) {
    span.fail("INTERNAL");
    parts.placement.report(unused(placement.placementId), job.span.traceparent);
    throw error;
  } finally {
    span.end();
  }
}

function reportOf({ placementId }: Placement, end: AttemptEnd): OutcomeReport {
  return end.type === "unusable" ? unused(placementId) : { placementId, outcome: end.outcome, ...end.measured };
}

function spanAttributes(placement: Placement, attempts: number): Record<string, string | number> {
  return {
    [ATTRIBUTE.attempt]: attempts,
    [ATTRIBUTE.placement]: placement.placementId,
    [ATTRIBUTE.node]: placement.nodeId,
    [ATTRIBUTE.kind]: placement.kind ?? "",
    [ATTRIBUTE.instance]: placement.instanceId,
    [ATTRIBUTE.policy]: placement.policy,
    [ATTRIBUTE.reason]: placement.reason,
    [ATTRIBUTE.frequency]: placement.frequency,
    ...(placement.predictedMs === undefined ? {} : { [ATTRIBUTE.predictedMs]: placement.predictedMs }),
  };
}

function countAttempt(metrics: Metrics, application: string, { kind }: Placement, end: AttemptEnd): void {
  const outcome = end.type === "unusable" ? "unusable" : end.outcome.replace("OUTCOME_", "").toLowerCase().replaceAll("_", "-");
  metrics.counter(METRIC.gatewayAttempts).add(1, application, kind ?? "", outcome);
}

function closeSpan(span: TraceSpan, end: AttemptEnd): void {
  if (end.type !== "unusable") span.set({ [ATTRIBUTE.actualMs]: end.measured.responseMs });
  if (end.type === "answered") {
    span.set({ [typeof end.status === "number" ? ATTRIBUTE.httpStatus : ATTRIBUTE.rpcStatus]: end.status });
    if (end.measured.coldStartMs > 0) span.set({ [ATTRIBUTE.coldStart]: true });
    if (end.outcome !== "OUTCOME_OK") span.fail(end.outcome);
  } else {
    span.fail(end.error.code, end.error.message);
  }
}
