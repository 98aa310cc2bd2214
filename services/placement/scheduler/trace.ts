import { countRefusals } from "./refuse.js";
import type { Candidate, CandidateTrace, Evaluation, PlacementInput, PlacementPolicy, Score, Trace } from "./types.js";

/** Most candidates that a trace lists. */
export const MAX_TRACED_CANDIDATES = 20;

const NO_SCORE: Score = { total: 0, components: {} };

/** What a decision rests on; `evaluations` in the common order, `preferred` in the policy's, `pool` those that it chose among. */
export function traceOf(
  evaluations: readonly Evaluation[],
  preferred: readonly Candidate[],
  pool: readonly Candidate[],
  input: PlacementInput,
  policy: PlacementPolicy,
): Omit<Trace, "steps" | "stale"> {
  const scoreOf = ({ candidate, refusal }: Evaluation): Score =>
    refusal === undefined ? (policy.score?.(candidate, input, pool) ?? NO_SCORE) : NO_SCORE;
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
      .map((evaluation) => traceCandidate(evaluation, scoreOf(evaluation), input)),
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

function traceCandidate(
  { candidate: { instance, node }, refusal }: Evaluation,
  score: Score,
  { nowMs }: PlacementInput,
): CandidateTrace {
  return {
    instanceId: instance.instanceId,
    nodeId: instance.nodeId,
    kind: instance.kind,
    refusal: refusal?.reason ?? "",
    score,
    inFlight: instance.inFlight,
    concurrency: instance.concurrency,
    telemetryAgeMs: Math.round(nowMs - node.heardAtMs),
    nodeHealth: node.health,
  };
}
