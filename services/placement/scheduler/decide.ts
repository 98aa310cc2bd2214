import { evaluate } from "./evaluate.js";
import { formatRate, kindName, plural } from "./format.js";
import { isSuspect } from "./order.js";
import { predict } from "./predict.js";
import { countRefusals, refusalMessage, refusalOf } from "./refuse.js";
import type {
  Candidate,
  CandidateTrace,
  Choice,
  ChoiceContext,
  Decision,
  Evaluation,
  FleetSnapshot,
  PlacementInput,
  PlacementPolicy,
  Score,
  Trace,
} from "./types.js";

/** Most candidates that a trace lists. */
export const MAX_TRACED_CANDIDATES = 20;

const NO_SCORE: Score = { total: 0, components: {} };

/**
 * Decides where a request goes: evaluate every instance, keep those that can take it now, prefer those that can be trusted, let the
 * policy choose. Pure: equal arguments give an equal decision, whatever the order of nodes and instances.
 */
export function decide(snapshot: FleetSnapshot, input: PlacementInput, policy: PlacementPolicy): Decision {
  const evaluations = evaluate(snapshot, input, policy);
  const free = evaluations.flatMap((e) => (e.refusal === undefined ? [e.candidate] : []));
  const first = free[0];
  if (first === undefined) return refuse(evaluations, input, policy);
  // Sorted, so that one suspect in front means that all are: the least risk then, never a refusal for the sake of old telemetry.
  const doubtful = isSuspect(first);
  const candidates = doubtful ? free : free.filter((candidate) => !isSuspect(candidate));
  const choice = (policy.choose ?? chooseBest(policy))({ candidates, evaluations, input });
  const steps = [considered(evaluations, candidates), ...(doubtful ? [DOUBT] : []), ...choice.steps];
  return {
    type: "placed",
    candidate: choice.candidate,
    reason: choice.reason,
    predicted: predict(choice.candidate, input.request.sizeBytes),
    trace: traceOf(evaluations, input, policy, steps, candidates.every(isStale)),
  };
}

const DOUBT = "No trusted instance is free, so suspect ones are used, youngest telemetry first.";

function considered(evaluations: readonly Evaluation[], candidates: readonly Candidate[]): string {
  return `${plural(evaluations.length, "instance")} considered, ${candidates.length} can take the request now.`;
}

function isStale({ node }: Candidate): boolean {
  return node.health !== "fresh";
}

function refuse(evaluations: readonly Evaluation[], input: PlacementInput, policy: PlacementPolicy): Decision {
  const refusal = refusalOf(evaluations, input, policy);
  const message = refusalMessage(refusal, input, countRefusals(evaluations));
  const steps = [considered(evaluations, []), `Refused: ${message}.`];
  return { type: "refused", refusal, message, trace: traceOf(evaluations, input, policy, steps, false) };
}

/** Lowest score first; equal scores, and policies without a score, keep the common order. */
function chooseBest(policy: PlacementPolicy): (context: ChoiceContext) => Choice {
  return ({ candidates, input }) => {
    const scored = candidates.map((candidate) => ({ candidate, total: policy.score?.(candidate, input).total ?? 0 }));
    const best = scored.reduce((a, b) => (b.total < a.total ? b : a));
    const { instance } = best.candidate;
    const why = policy.score === undefined ? "least loaded" : `lowest score ${Number(best.total.toFixed(3))}`;
    const reason = `${policy.name}: ${kindName(instance.kind)}, ${why}, ${instance.inFlight} of ${instance.concurrency} slots taken`;
    return { candidate: best.candidate, reason, steps: [`${reason} (f_t ${formatRate(input.frequency.perSecond)}).`] };
  };
}

function traceOf(
  evaluations: readonly Evaluation[],
  input: PlacementInput,
  policy: PlacementPolicy,
  steps: readonly string[],
  stale: boolean,
): Trace {
  return {
    policy: policy.name,
    parameters: Object.fromEntries((policy.parameters ?? []).map((name) => [name, input.parameters[name] ?? 0])),
    frequency: input.frequency.perSecond,
    frequencyIsHint: input.frequency.isHint,
    sizeBytes: input.request.sizeBytes,
    steps,
    candidatesConsidered: evaluations.length,
    refusedCounts: countRefusals(evaluations),
    candidates: traceCandidates(evaluations, input, policy),
    stale,
    decidedAtMs: input.nowMs,
  };
}

function traceCandidates(evaluations: readonly Evaluation[], input: PlacementInput, policy: PlacementPolicy): CandidateTrace[] {
  const scoreOf = ({ candidate, refusal }: Evaluation): Score =>
    refusal === undefined ? (policy.score?.(candidate, input) ?? NO_SCORE) : NO_SCORE;
  return evaluations
    .map((evaluation) => ({ evaluation, score: scoreOf(evaluation) }))
    .sort(
      (a, b) =>
        Number(a.evaluation.refusal !== undefined) - Number(b.evaluation.refusal !== undefined) || a.score.total - b.score.total,
    )
    .slice(0, MAX_TRACED_CANDIDATES)
    .map(({ evaluation, score }) => traceCandidate(evaluation, score));
}

function traceCandidate({ candidate: { instance, node }, refusal }: Evaluation, score: Score): CandidateTrace {
  return {
    instanceId: instance.instanceId,
    nodeId: instance.nodeId,
    kind: instance.kind,
    refusal: refusal?.reason ?? "",
    score,
    inFlight: instance.inFlight,
    concurrency: instance.concurrency,
    telemetryAgeMs: node.ageMs,
    nodeHealth: node.health,
  };
}
