import { compareCandidates } from "./order.js";
import type { Candidate, Choice, ChoiceContext, Evaluation, PlacementInput, PredictedTime, Refusal, Trace } from "./types.js";

/*
 * Classes, where the house makes objects by functions: an object literal with a getter gets a hidden class of its own each time it is made, which
 * took longer than the rest of a decision.
 */

/** Makes a value when it is first asked for, once. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What a policy sees; sorted only for those that ask. */
export class LazyContext implements ChoiceContext {
  readonly pool: readonly Candidate[];
  readonly doubtful: readonly Candidate[];
  readonly input: PlacementInput;
  readonly #evaluations: () => readonly Evaluation[];
  #candidates: readonly Candidate[] | undefined;

  constructor(
    { trusted, doubtful }: { readonly trusted: readonly Candidate[]; readonly doubtful: readonly Candidate[] },
    evaluations: () => readonly Evaluation[],
    input: PlacementInput,
  ) {
    this.pool = trusted.length > 0 ? trusted : doubtful;
    this.doubtful = trusted.length > 0 ? doubtful : [];
    this.input = input;
    this.#evaluations = evaluations;
  }

  get candidates(): readonly Candidate[] {
    this.#candidates ??= [...this.pool].sort(compareCandidates);
    return this.#candidates;
  }

  get evaluations(): readonly Evaluation[] {
    return this.#evaluations();
  }
}

/** A decision to place. */
export class PlacedDecision {
  readonly type = "placed";
  readonly candidate: Candidate;
  readonly rule: string;
  readonly predicted: PredictedTime;
  readonly #reason: () => string;
  readonly #trace: () => Trace;

  constructor(
    candidate: Candidate,
    { reason, rule = "only" }: Pick<Choice, "reason" | "rule">,
    predicted: PredictedTime,
    trace: () => Trace,
  ) {
    this.candidate = candidate;
    this.#reason = typeof reason === "string" ? () => reason : once(reason);
    this.rule = rule;
    this.predicted = predicted;
    this.#trace = once(trace);
  }

  get reason(): string {
    return this.#reason();
  }

  get trace(): Trace {
    return this.#trace();
  }
}

/** A decision to refuse. */
export class RefusedDecision {
  readonly type = "refused";
  readonly refusal: Refusal;
  readonly message: string;
  readonly #trace: () => Trace;

  constructor(refusal: Refusal, message: string, trace: () => Trace) {
    this.refusal = refusal;
    this.message = message;
    this.#trace = once(trace);
  }

  get trace(): Trace {
    return this.#trace();
  }
}
