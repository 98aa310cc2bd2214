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

/** The fields in which they differ, as "field: old -> new"; of an environment the names alone, since values may be secrets. */
export function differences(before: Application__Output | undefined, after: Application__Output): string[] {
  const [old, now] = [flatten(before), flatten(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])].sort();
  return fields.flatMap((field) => {
    const [from, to] = [old.get(field), now.get(field)];
    if (from === to) return [];
    if (/\.environment\./.test(field)) return [`${field}: changed`];
    return [`${field}: ${from ?? "(none)"} -> ${to ?? "(none)"}`];
  });
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

/** Leaves by path; forms go by their kind, not by their place in the list. */
function flatten(application: Application__Output | undefined): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) {
      if (value !== null && value !== undefined && value !== "" && value !== 0 && value !== false)
        leaves.set(path, String(value));
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      const name = isForm(inner) ? inner.kind.replace("NODE_KIND_", "").toLowerCase() : key;
      walk(inner, path === "" ? name : `${path}.${name}`);
    }
  };
  walk(application, "");
  return leaves;
}

function isForm(value: unknown): value is { readonly kind: string } {
  return typeof value === "object" && value !== null && "kind" in value && "concurrency" in value;
}
