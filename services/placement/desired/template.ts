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

/**
 * The fields in which they differ, as "field: old -> new"; of an environment the names alone, since values may be secrets, and of a new
 * application its name alone.
 */
export function differences(before: Application__Output | undefined, after: Application__Output): string[] {
  if (before === undefined) return [`name: (none) -> ${after.name}`];
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
function flatten(application: Application__Output): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) {
      if (!isUnset(value)) leaves.set(path, enumText(String(value)));
      return;
    }
    for (const [name, inner] of namedParts(value)) walk(inner, path === "" ? name : `${path}.${name}`);
  };
  walk(application, "");
  return leaves;
}

/** A form is named by its kind, which is then not told once more. */
function namedParts(value: object): [string, unknown][] {
  const parts = Object.entries(value).filter(([key]) => !(isForm(value) && key === "kind"));
  return parts.map(([key, inner]) => [isForm(inner) ? enumText(inner.kind) : key, inner]);
}

function isUnset(value: unknown): boolean {
  return [null, undefined, "", 0, false, "PACKING_UNSPECIFIED"].some((unset) => unset === value);
}

/** NODE_KIND_VM -> vm, PACKING_BIN_PACK -> bin-pack; other text as it is. */
function enumText(text: string): string {
  const [, word] = /^(?:NODE_KIND|PACKING)_([A-Z_]+)$/.exec(text) ?? [];
  return word === undefined ? text : word.toLowerCase().replaceAll("_", "-");
}

function isForm(value: unknown): value is { readonly kind: string } {
  return typeof value === "object" && value !== null && "kind" in value && "concurrency" in value;
}
