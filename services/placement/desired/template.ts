import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { Implementation__Output } from "../../../proto/gen/straightline/v1/Implementation.js";

/** What instances are made of; a change of anything else restarts none. */
export function isSameTemplate(a: Application__Output, b: Application__Output): boolean {
  return JSON.stringify(templateOf(a)) === JSON.stringify(templateOf(b));
}

/** Whether two applications are the same in every field. */
export function isSameApplication(a: Application__Output, b: Application__Output): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function templateOf({ artifact, timeoutMs, readyPath, statsPath, implementations }: Application__Output): unknown {
  return sorted({ artifact, timeoutMs, readyPath, statsPath, forms: implementations.map(formTemplate).sort(byKind) });
}

function formTemplate({ replicas: _replicas, autoscale: _autoscale, ...rest }: Implementation__Output) {
  return rest;
}

function byKind(a: { readonly kind: string }, b: { readonly kind: string }): number {
  return a.kind < b.kind ? -1 : 1;
}

/** The same value with the keys of its objects in order, so that equal values have equal JSON. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
