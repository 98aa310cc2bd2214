import type { CandidateTrace__Output } from "../../../proto/gen/straightline/v1/CandidateTrace.js";
import type { DecisionTrace__Output } from "../../../proto/gen/straightline/v1/DecisionTrace.js";
import type { ExplainResponse__Output } from "../../../proto/gen/straightline/v1/ExplainResponse.js";
import type { Placement__Output } from "../../../proto/gen/straightline/v1/Placement.js";
import type { PredictedTime__Output } from "../../../proto/gen/straightline/v1/PredictedTime.js";
import { parseSizeBytes } from "../../common/config/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { formatAge, formatBytes, formatTable, printable, shortEnum } from "../output.js";
import { findTraceLink, type JaegerPage } from "../trace-link.js";
import { type CommandContext, show } from "./context.js";

/** Arguments of `straightline place`. */
export interface PlaceArguments {
  readonly app: string;
  readonly bytes: string;
  readonly policy: string;
  readonly dryRun: boolean;
  readonly explain: boolean;
  readonly leaseToken: boolean;
}

/** `straightline place`: where one request would go, or goes. A placement that is not a dry run holds its slot until its lease ends. */
export async function place(context: CommandContext, args: PlaceArguments): Promise<void> {
  const { placement, call } = context.api;
  const request = {
    application: args.app,
    data: { sizeBytes: sizeOf(args.bytes) },
    policy: args.policy,
    dryRun: args.dryRun,
    explain: args.explain,
    leaseToken: args.leaseToken,
  };
  const response = await call(placement.place.bind(placement), request);
  if (response.placement !== null) show(context, response.placement, formatPlacement);
}

/** `straightline explain ID`: a past decision, whole, with a link to its trace where `jaeger` has it. */
export async function explain(context: CommandContext, placementId: string, jaeger: JaegerPage): Promise<void> {
  const { placement, call } = context.api;
  const decision = await call(placement.explain.bind(placement), { placementId });
  const traceUrl = await findTraceLink(jaeger, decision.traceId, (line) => console.error(printable(line)));
  show(context, { ...decision, traceUrl }, formatDecision);
}

/** The trace that a refusal carries, as text; undefined when it carries none. */
export function formatRefusalTrace(error: StraightLineError): string | undefined {
  const bytes = error.details.trace;
  return bytes === undefined
    ? undefined
    : formatTrace(messageCodec<object, DecisionTrace__Output>("DecisionTrace").decode(bytes));
}

function sizeOf(text: string): number {
  if (text.startsWith("-") && Number.isFinite(Number(text))) return Number(text);
  try {
    return parseSizeBytes(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StraightLineError("INVALID_REQUEST", `--bytes: ${why}`, { cause: error });
  }
}

function formatPlacement(placement: Placement__Output): string {
  const lines = [
    `${placement.placementId || "(dry run)"}  ->  ${shortEnum(placement.kind, "NODE_KIND_")} ${placement.instanceId} on ${placement.nodeId}`,
    `endpoint   ${placement.httpEndpoint}${placement.grpcEndpoint === "" ? "" : `  grpc ${placement.grpcEndpoint}`}`,
    `reason     ${placement.reason}`,
    `policy     ${placement.policy}, f_t ${placement.frequency.toFixed(2)}/s`,
    `predicted  ${formatPredicted(placement.predicted)}`,
  ];
  if (placement.leaseMs > 0) lines.push(`lease      ${placement.leaseMs} ms`);
  if (placement.leaseToken !== "") lines.push(`token      ${placement.leaseToken}`);
  return placement.trace === null ? lines.join("\n") : `${lines.join("\n")}\n\n${formatTrace(placement.trace)}`;
}

function formatPredicted(predicted: PredictedTime__Output | null): string {
  if (predicted === null) return "unknown: no service time is known yet";
  const { transferMs, waitMs, serviceMs, coldStartMs } = predicted;
  return `transfer ${transferMs.toFixed(1)} + wait ${waitMs.toFixed(1)} + service ${serviceMs.toFixed(1)} + cold start ${coldStartMs.toFixed(1)} ms`;
}

function formatDecision(decision: ExplainResponse__Output & { readonly traceUrl: string }): string {
  const parts = [];
  if (decision.request !== null) {
    parts.push(`request    ${decision.request.application}, ${formatBytes(decision.request.data?.sizeBytes ?? 0)}`);
  }
  if (decision.placement !== null) parts.push(formatPlacement(decision.placement));
  if (decision.report !== null) {
    const { outcome, responseMs } = decision.report;
    parts.push(`outcome    ${shortEnum(outcome, "OUTCOME_")} after ${responseMs.toFixed(1)} ms`);
  } else {
    parts.push(`outcome    ${decision.leaseExpired ? "never reported; the lease ran out" : "still running"}`);
  }
  if (decision.traceId !== "") parts.push(`trace      ${decision.traceUrl || decision.traceId}`);
  return parts.join("\n");
}

function formatTrace(trace: DecisionTrace__Output): string {
  const parameters = Object.entries(trace.parameters).map(([name, value]) => `${name}=${value}`);
  const head = [
    `decided by ${trace.policy} (${parameters.join(" ")}) in ${trace.decideUs} us, waited ${trace.waitedMs} ms`,
    `f_t ${trace.frequency.toFixed(2)}/s${trace.frequencyIsHint ? " (given by the caller)" : ""}, data ${formatBytes(trace.sizeBytes)}`,
    ...trace.steps.map((step, index) => `${index + 1}. ${step}`),
  ];
  const refused = Object.entries(trace.refusedCounts).map(([reason, count]) => `${count} x ${reason}`);
  if (refused.length > 0) head.push(`refused: ${refused.join(", ")}`);
  if (trace.retryOf !== "") head.push(`in place of ${trace.retryOf}, whose instance failed`);
  if (trace.stale) head.push("all telemetry was stale: placed by least risk");
  return trace.candidates.length === 0 ? head.join("\n") : `${head.join("\n")}\n${candidateTable(trace.candidates)}`;
}

function candidateTable(candidates: readonly CandidateTrace__Output[]): string {
  return formatTable(
    ["CANDIDATE", "NODE", "KIND", "IN FLIGHT", "AGE", "HEALTH", "SCORE", "REFUSED"],
    candidates.map((candidate) => [
      candidate.instanceId,
      candidate.nodeId,
      shortEnum(candidate.kind, "NODE_KIND_"),
      `${candidate.inFlight}/${candidate.concurrency}`,
      formatAge(candidate.telemetryAgeMs),
      shortEnum(candidate.nodeHealth, "NODE_HEALTH_"),
      candidate.score.toFixed(2),
      candidate.refusal,
    ]),
  );
}
