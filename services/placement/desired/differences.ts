import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";

const NONE = "(none)";

/**
 * The fields in which they differ, as "field: old -> new", in the names and units of a manifest; of an environment the names alone, since
 * values may be secrets, and of a new application its name alone.
 */
export function differences(before: Application__Output | undefined, after: Application__Output): string[] {
  if (before === undefined) return [`name: ${NONE} -> ${after.name}`];
  const [old, now] = [flatten(before), flatten(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])].sort();
  return fields.flatMap((field) => {
    const [from, to] = [old.get(field), now.get(field)];
    if (from === to) return [];
    if (isVariable(field)) return [`${field}: ${changeOf(from, to)}`];
    return [`${field}: ${from ?? NONE} -> ${to ?? NONE}`];
  });
}

function changeOf(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return "added";
  return to === undefined ? "removed" : "changed";
}

/** Leaves by path; forms go by their kind, not by their place in the list. */
function flatten(application: Application__Output): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) {
      const [field, text] = leafOf(path, value);
      if (text !== undefined) leaves.set(field, text);
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
  return parts.map(([key, inner]) => {
    if (isForm(inner)) return [enumText(inner.kind), inner];
    return [isForm(value) && key === "autoscale" ? "scale" : key, inner];
  });
}

/** Counts of which 0 is one like any other; elsewhere it stands for what is not set. */
const COUNTS = /\.(?:replicas|min|max)$/;

/** A field with its unit, as the wire has it, in a manifest's words; the text is undefined where nothing is set. */
function leafOf(path: string, value: unknown): [string, string | undefined] {
  if (typeof value === "number") return numberOf(path, value);
  if (isVariable(path)) return [path, String(value)];
  const isUnset = value === null || value === undefined || value === "" || value === "PACKING_UNSPECIFIED";
  return [path, isUnset ? undefined : enumText(String(value))];
}

type Units = readonly (readonly [name: string, size: number])[];

/** Largest first. */
const TIMES: Units = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];
const SIZES: Units = [
  ["GiB", 1024 ** 3],
  ["MiB", 1024 ** 2],
  ["KiB", 1024],
  ["B", 1],
];

function numberOf(path: string, value: number): [string, string | undefined] {
  const [, field = path, unit] = /^(.+[a-z])(Ms|Bytes|Millicores)$/.exec(path) ?? [];
  if (value === 0 && !COUNTS.test(path)) return [field, undefined];
  if (unit === "Ms") return [field, withUnit(value, TIMES)];
  if (unit === "Bytes") return [field, withUnit(value, SIZES)];
  return [field, unit === "Millicores" ? `${value}m` : String(value)];
}

/** In the largest unit of which it is a whole number. */
function withUnit(value: number, units: Units): string {
  const [name, size] = units.find(([, one]) => value % one === 0) ?? ["", 1];
  return `${value / size}${name}`;
}

function isVariable(field: string): boolean {
  return /^implementations\.[a-z]+\.environment\./.test(field);
}

/** NODE_KIND_VM -> vm, PACKING_BIN_PACK -> bin-pack; other text as it is. */
function enumText(text: string): string {
  const [, word] = /^(?:NODE_KIND|PACKING)_([A-Z_]+)$/.exec(text) ?? [];
  return word === undefined ? text : word.toLowerCase().replaceAll("_", "-");
}

function isForm(value: unknown): value is { readonly kind: string } {
  return typeof value === "object" && value !== null && "kind" in value && "concurrency" in value;
}
