import { able, candidatesOf, evaluate, inCommonOrder } from "./evaluate.js";
import { forecast } from "./forecast.js";
import { formatRate, kindName, plural } from "./format.js";
import { LazyContext, once, PlacedDecision, RefusedDecision } from "./lazy.js";
import { compareCandidates, isSuspect } from "./order.js";
import { predict } from "./predict.js";
import { countRefusals, refusalMessage, refusalOf } from "./refuse.js";
import { traceOf } from "./trace.js";
import type {
  Candidate,
  Choice,
  ChoiceContext,
  Decision,
  Evaluation,
  FleetSnapshot,
  PlacementInput,
  PlacementPolicy,
  PredictedTime,
  Refusal,
} from "./types.js";

/**
 * Decides where a request goes: evaluate every instance, keep those that can take it now, prefer those that can be trusted, let the
 * policy choose. Pure: equal arguments give an equal decision, whatever the order of nodes and instances. The trace is made when it is
 * first read, which a simulation never does.
 */
export function decide(snapshot: FleetSnapshot, input: PlacementInput, policy: PlacementPolicy): Decision {
  const all = candidatesOf(snapshot);
  const found = able(all, input, policy);
  const evaluations = once(() => inCommonOrder(evaluate(all, input, policy)));
  // Doubtful ones only when there is nothing better: the least risk then, never a refusal for the sake of old telemetry.
  const context = new LazyContext(found, evaluations, input);
  const { pool } = context;
  if (pool.length === 0) return refuse(refusalOf(evaluations(), input, policy), evaluations(), input, policy);
  const choice = (policy.choose ?? chooseBest(policy))(context);
  if ("kind" in choice) return refuse(choice, evaluations(), input, policy);
  return placed(choice, { pool, evaluations, input, policy });
}

interface Situation {
  readonly pool: readonly Candidate[];
  /** In the common order; made when asked for. */
  readonly evaluations: () => readonly Evaluation[];
  readonly input: PlacementInput;
  readonly policy: PlacementPolicy;
}

const DOUBT = "No trusted instance is free, so suspect ones are used, youngest telemetry first.";

function placed(choice: Choice, { pool, evaluations, input, policy }: Situation): Decision {
  const [candidate] = choice.preferred;
  return new PlacedDecision(candidate, choice, predictedOf(candidate, input), () => {
    const preferred = [...choice.preferred, ...(choice.rest?.() ?? [])];
    const doubt = isSuspect(candidate) ? [DOUBT] : [];
    const own = typeof choice.steps === "function" ? choice.steps() : choice.steps;
    const steps = [considered(evaluations(), pool), ...doubt, ...own];
    return { ...traceOf(evaluations(), preferred, pool, input, policy), steps, stale: pool.every(isStale) };
  });
}

function refuse(refusal: Refusal, evaluations: readonly Evaluation[], input: PlacementInput, policy: PlacementPolicy): Decision {
  const message = refusalMessage(refusal, input, countRefusals(evaluations));
  return new RefusedDecision(refusal, message, () => {
    const steps = [considered(evaluations, []), `Refused: ${message}.`];
    return { ...traceOf(evaluations, [], [], input, policy), steps, stale: false };
  });
}

function considered(evaluations: readonly Evaluation[], candidates: readonly Candidate[]): string {
  return `${plural(evaluations.length, "instance")} considered, ${candidates.length} can take the request now.`;
}

function isStale({ node }: Candidate): boolean {
  return node.health !== "fresh";
}

function predictedOf(candidate: Candidate, input: PlacementInput): PredictedTime {
  if (candidate.instance.model === undefined) return predict(candidate, input.request.sizeBytes);
  const { transferMs, waitMs, serviceMs, coldStartMs } = forecast(candidate, input);
  return { transferMs, waitMs, serviceMs, coldStartMs };
}

/** Lowest score first; equal scores, and policies without a score, keep the common order. */
function chooseBest(policy: PlacementPolicy): (context: ChoiceContext) => Choice {
  return (context) => {
    const { input } = context;
    const able = context.pool ?? context.candidates;
    const totalOf = (candidate: Candidate): number => policy.score?.(candidate, input, able).total ?? 0;
    const [best, total] = lowest(able, totalOf);
    const { kind, inFlight, concurrency } = best.instance;
    const why = policy.score === undefined ? "least loaded" : `lowest score ${Number(total.toFixed(3))}`;
    const reason = `${policy.name}: ${kindName(kind)}, ${why}, ${inFlight} of ${concurrency} slots taken`;
    return {
      preferred: [best],
      rest: () => context.candidates.filter((candidate) => candidate !== best).sort((a, b) => totalOf(a) - totalOf(b)),
      reason,
      steps: () => [`${reason} (f_t ${formatRate(input.frequency.perSecond)}).`],
    };
  };
}

/** The candidate with the lowest total, and that; of equals the first in the common order. */
function lowest(candidates: readonly Candidate[], totalOf: (candidate: Candidate) => number): readonly [Candidate, number] {
  let best: Candidate | undefined;
  let lowestTotal = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const total = totalOf(candidate);
    if (best !== undefined && (total > lowestTotal || (total === lowestTotal && compareCandidates(best, candidate) < 0)))
      continue;
    best = candidate;
    lowestTotal = total;
  }
  if (best === undefined) throw new Error("a policy was asked to choose among no candidates");
  return [best, lowestTotal];
}
