import { fitsLimit } from "./evaluate.js";
import { formatBytes, plural } from "./format.js";
import { REFUSAL } from "./refusals.js";
import type { Evaluation, ImplementationView, PlacementInput, PlacementPolicy, Refusal } from "./types.js";

/** Number of instances refused for each reason, in order of reason. */
export function countRefusals(evaluations: readonly Evaluation[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { refusal } of evaluations) {
    if (refusal !== undefined) counts.set(refusal.reason, (counts.get(refusal.reason) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Why the request goes nowhere, when every instance has been refused. */
export function refusalOf(evaluations: readonly Evaluation[], input: PlacementInput, policy: PlacementPolicy): Refusal {
  const refusals = evaluations.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
  if (refusals.includes(REFUSAL.noFreeSlot)) return REFUSAL.noFreeSlot;
  const temporary = refusals.filter((refusal) => refusal.kind === "retryLater");
  if (temporary.length > 0) return mostFrequent(temporary);
  const forms = input.implementations.filter(({ kind }) => isAllowed(kind, input, policy));
  if (forms.length === 0) return REFUSAL.noImplementation;
  const fitting = forms.filter((form) => fitsLimit(input.request.sizeBytes, form.payloadLimitBytes));
  if (fitting.length === 0) return REFUSAL.payloadTooLarge;
  if (fitting.some((form) => !hasInstance(evaluations, form))) return REFUSAL.noInstance;
  return mostFrequent(evaluations.flatMap((e) => (isOneOf(fitting, e) && e.refusal !== undefined ? [e.refusal] : [])));
}

/** The refusal as a sentence for people. */
export function refusalMessage(refusal: Refusal, input: PlacementInput, counts: Readonly<Record<string, number>>): string {
  const { application, sizeBytes } = input.request;
  const seen = Object.entries(counts).map(([reason, count]) => `${reason} ${count}`);
  const detail = seen.length > 0 ? ` (${seen.join(", ")})` : " (no instance)";
  if (refusal === REFUSAL.payloadTooLarge)
    return `${formatBytes(sizeBytes)} is more than any form of ${application} takes${detail}`;
  if (refusal === REFUSAL.noImplementation) return `${application} is not deployed in any form that the request allows${detail}`;
  if (refusal === REFUSAL.noFreeSlot) {
    const full = counts[refusal.reason];
    // None is full when the policy would rather let the request wait than send it where it could go.
    if (full === undefined) return `no slot of ${application} serves at once${seen.length > 0 ? detail : ""}`;
    return `no slot of ${application} is free: ${plural(full, "instance")} full${detail}`;
  }
  if (refusal === REFUSAL.deadlineTooNear)
    return `${application} would probably answer after the deadline, and others wait behind the request`;
  if (refusal.kind === "retryLater") return `no instance of ${application} is ready${detail}`;
  return `no instance of ${application} can take the request under its conditions${detail}`;
}

function isAllowed(kind: ImplementationView["kind"], input: PlacementInput, policy: PlacementPolicy): boolean {
  const { kinds } = input.request.constraints;
  return (kinds.length === 0 || kinds.includes(kind)) && (policy.kinds === undefined || policy.kinds.includes(kind));
}

function hasInstance(evaluations: readonly Evaluation[], form: ImplementationView): boolean {
  return evaluations.some(({ candidate }) => candidate.instance.kind === form.kind);
}

function isOneOf(forms: readonly ImplementationView[], { candidate }: Evaluation): boolean {
  return forms.some(({ kind }) => kind === candidate.instance.kind);
}

/** Ties go to the reason that is first by name. Never called with an empty list. */
function mostFrequent(refusals: readonly Refusal[]): Refusal {
  const count = (reason: string): number => refusals.filter((refusal) => refusal.reason === reason).length;
  const sorted = [...refusals].sort((a, b) => count(b.reason) - count(a.reason) || (a.reason < b.reason ? -1 : 1));
  return sorted[0] ?? REFUSAL.noInstance;
}
