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
  const [candidate] = choice.preferred;
  const steps = [considered(evaluations, candidates), ...(doubtful ? [DOUBT] : []), ...choice.steps];
  return {
    type: "placed",
    candidate,
    reason: choice.reason,
    predicted: predict(candidate, input.request.sizeBytes),
    trace: { ...traceOf(evaluations, choice.preferred, input, policy), steps, stale: candidates.every(isStale) },
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
  const trace = { ...traceOf(evaluations, [], input, policy), steps, stale: false };
  return { type: "refused", refusal, message, trace };
}

/** Lowest score first; equal scores, and policies without a score, keep the common order. */
function chooseBest(policy: PlacementPolicy): (context: ChoiceContext) => Choice {
  return ({ candidates, input }) => {
    const totalOf = (candidate: Candidate): number => policy.score?.(candidate, input).total ?? 0;
    const preferred = [...candidates].sort((a, b) => totalOf(a) - totalOf(b)) as unknown as Choice["preferred"];
    const [best] = preferred;
    const { kind, inFlight, concurrency } = best.instance;
    const why = policy.score === undefined ? "least loaded" : `lowest score ${Number(totalOf(best).toFixed(3))}`;
    const reason = `${policy.name}: ${kindName(kind)}, ${why}, ${inFlight} of ${concurrency} slots taken`;
    return { preferred, reason, steps: [`${reason} (f_t ${formatRate(input.frequency.perSecond)}).`] };
  };
}

function traceOf(
  evaluations: readonly Evaluation[],
  preferred: readonly Candidate[],
  input: PlacementInput,
  policy: PlacementPolicy,
): Omit<Trace, "steps" | "stale"> {
  return {
    policy: policy.name,
    parameters: Object.fromEntries((policy.parameters ?? []).map((name) => [name, input.parameters[name] ?? 0])),
    frequency: input.frequency.perSecond,
    frequencyIsHint: input.frequency.isHint,
    sizeBytes: input.request.sizeBytes,
    candidatesConsidered: evaluations.length,
    refusedCounts: countRefusals(evaluations),
    candidates: inOrder(evaluations, preferred)
      .slice(0, MAX_TRACED_CANDIDATES)
      .map((evaluation) => traceCandidate(evaluation, scoreOf(evaluation, input, policy))),
    decidedAtMs: input.nowMs,
  };
}

/** The preferred ones, then suspect ones that the policy was not shown, then those refused. */
function inOrder(evaluations: readonly Evaluation[], preferred: readonly Candidate[]): Evaluation[] {
  const shown = new Set(preferred);
  const rest = evaluations.filter(({ candidate }) => !shown.has(candidate));
  return [
    ...preferred.map((candidate) => ({ candidate, refusal: undefined })),
    ...rest.filter(({ refusal }) => refusal === undefined),
    ...rest.filter(({ refusal }) => refusal !== undefined),
  ];
}

function scoreOf({ candidate, refusal }: Evaluation, input: PlacementInput, policy: PlacementPolicy): Score {
  return refusal === undefined ? (policy.score?.(candidate, input) ?? NO_SCORE) : NO_SCORE;
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
