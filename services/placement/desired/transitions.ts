import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Autoscale__Output } from "../../../proto/gen/straightline/v1/Autoscale.js";
import type { Implementation__Output } from "../../../proto/gen/straightline/v1/Implementation.js";
import type { NodeKind as WireKind } from "../../../proto/gen/straightline/v1/NodeKind.js";
import type { Revision__Output } from "../../../proto/gen/straightline/v1/Revision.js";
import type { ScaledForm__Output } from "../../../proto/gen/straightline/v1/ScaledForm.js";
import { kindText } from "../../common/bus/index.js";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import { DEFAULT_IDLE_MS, stillChosen } from "./capacity.js";
import { phaseOf } from "./phase.js";
import { isSameApplication, isSameTemplate } from "./template.js";

/** Revisions kept to go back to. */
const MAX_REVISIONS = 5;

const PROGRESSING = { phase: "ROLLOUT_PHASE_PROGRESSING", message: "", failedGeneration: 0 } as const;

/** When and in which trace a change was asked for. */
export interface ChangeContext {
  readonly nowMs: number;
  readonly traceparent: string;
}

/**
 * The record after Deploy; the same object when nothing changes. Instances are replaced only where what they are made of changes, or to
 * try again what has failed. `lastGeneration` is what is known of an application without a record.
 */
export function deployed(
  known: ApplicationRecord__Output | undefined,
  spec: Application__Output,
  lastGeneration: number,
  context: ChangeContext,
): ApplicationRecord__Output {
  if (known === undefined || known.spec === null) return fresh(spec, lastGeneration + 1, [], [], context);
  const isFailed = phaseOf(known) === "ROLLOUT_PHASE_FAILED";
  const { rollout } = known;
  // Deployed once more, what came back is what is wanted: that another revision failed is past.
  const hasComeBack = phaseOf(known) === "ROLLOUT_PHASE_ROLLED_BACK";
  if (isSameApplication(known.spec, spec) && !isFailed && !hasComeBack) return known;
  if (isSameTemplate(known.spec, spec) && !isFailed) {
    const scaled = stillChosen(known, spec);
    return { ...known, spec, deployedAtMs: context.nowMs, scaled, rollout: hasComeBack ? PROGRESSING : rollout };
  }
  const next = Math.max(known.lastGeneration, known.generation) + 1;
  return fresh(spec, next, withPresent(known), stillChosen(known, spec), context);
}

/** How many instances a form is to have; what is not told stays as it is. */
export interface AskedScale {
  readonly replicas: number | undefined;
  /** null: as many as `replicas` says, whatever the load. */
  readonly autoscale: Autoscale__Output | null;
}

/** The record with another number of instances in one form. Throws INVALID_REQUEST when there is no such form. */
export function scaled(known: ApplicationRecord__Output, kind: WireKind, asked: AskedScale): ApplicationRecord__Output {
  const { spec } = known;
  const kinds: readonly WireKind[] = spec?.implementations.map((form) => form.kind) ?? [];
  if (spec === null || !kinds.includes(kind)) {
    const choice = kinds.map(kindText).join(", ");
    throw invalidField("kind", `${spec?.name ?? "the application"} runs as ${choice}, not as ${kindText(kind)}; deploy it so`);
  }
  const change = (form: Implementation__Output) => (form.kind === kind ? withScale(form, asked) : form);
  return {
    ...known,
    spec: { ...spec, implementations: spec.implementations.map(change) },
    scaled: asked.replicas === undefined ? known.scaled : known.scaled.filter((form) => form.kind !== kind),
  };
}

function withScale(form: Implementation__Output, { replicas = form.replicas, autoscale }: AskedScale): Implementation__Output {
  if (autoscale === null) return { ...form, replicas, autoscale };
  const { min, max } = autoscale;
  const idleMs = autoscale.idleMs || form.autoscale?.idleMs || DEFAULT_IDLE_MS;
  return { ...form, replicas: Math.min(max, Math.max(min, replicas)), autoscale: { min, max, idleMs } };
}

/** The record after going back on request; generation 0 takes the newest earlier one. Throws NO_EARLIER_REVISION when there is none. */
export function rolledBack(
  known: ApplicationRecord__Output,
  generation: number,
  context: ChangeContext,
): ApplicationRecord__Output {
  const target = generation === 0 ? known.revisions[0] : known.revisions.find((one) => one.generation === generation);
  if (target === undefined) throw noRevision(known, generation);
  const message = `went back from generation ${known.generation}, as was asked`;
  const rollout = { phase: "ROLLOUT_PHASE_PROGRESSING", message, failedGeneration: 0 } as const;
  return { ...restored(known, target), rollout, traceparent: context.traceparent };
}

/** The record after a revision has failed: the newest earlier one comes back, or, where there is none, agents go on trying. */
export function failed(known: ApplicationRecord__Output, why: string): ApplicationRecord__Output {
  const { generation } = known;
  const [target] = known.revisions;
  const message = `generation ${generation} failed: ${why}`;
  if (target === undefined)
    return { ...known, rollout: { phase: "ROLLOUT_PHASE_FAILED", message, failedGeneration: generation } };
  return { ...restored(known, target), rollout: { phase: "ROLLOUT_PHASE_ROLLED_BACK", message, failedGeneration: generation } };
}

/** The record once every instance has been ready. */
export function completed(known: ApplicationRecord__Output): ApplicationRecord__Output {
  return { ...known, rollout: { phase: "ROLLOUT_PHASE_COMPLETE", message: "", failedGeneration: 0 } };
}

function fresh(
  spec: Application__Output,
  generation: number,
  revisions: Revision__Output[],
  scaled: ScaledForm__Output[],
  { nowMs, traceparent }: ChangeContext,
): ApplicationRecord__Output {
  const rollout = PROGRESSING;
  return { spec, generation, deployedAtMs: nowMs, traceparent, lastGeneration: generation, revisions, rollout, scaled };
}

function restored(known: ApplicationRecord__Output, target: Revision__Output): ApplicationRecord__Output {
  const revisions = withPresent(known).filter(({ generation }) => generation !== target.generation);
  const { spec, generation, deployedAtMs } = target;
  return { ...known, spec, generation, deployedAtMs, revisions, scaled: spec === null ? [] : stillChosen(known, spec) };
}

/** The revisions with the present one, if it was ready once. */
function withPresent(known: ApplicationRecord__Output): Revision__Output[] {
  const { spec, generation, deployedAtMs, revisions } = known;
  const phase = phaseOf(known);
  if (phase !== "ROLLOUT_PHASE_COMPLETE" && phase !== "ROLLOUT_PHASE_ROLLED_BACK") return revisions;
  const others = revisions.filter((one) => one.generation !== generation);
  return [{ spec, generation, deployedAtMs }, ...others].slice(0, MAX_REVISIONS);
}

function noRevision({ revisions, spec }: ApplicationRecord__Output, generation: number): StraightLineError {
  const name = spec?.name ?? "the application";
  if (revisions.length === 0) {
    const message = `name: ${name} has no earlier revision that was ready; deploy the manifest that is wanted`;
    return new StraightLineError("NO_EARLIER_REVISION", message);
  }
  const choice = revisions.map((one) => one.generation).join(", ");
  return invalidField("generation", `must be one of ${choice}; got ${generation}`);
}
