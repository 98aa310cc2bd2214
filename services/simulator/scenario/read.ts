import { parseDurationMs, parseSizeBytes } from "../../common/config/index.js";

/**
 * Reads a value of the YAML file. A fault is noted with its path and a remedy, and undefined is given back, so that all faults are found at
 * once.
 */
export type Read<T> = (value: unknown, path: string, faults: string[]) => T | undefined;

/** A field of an object: how it is read, and what it is when it is absent. */
export interface Field<T> {
  readonly read: Read<T>;
  readonly otherwise: { readonly value: T } | undefined;
}

/** The value types of fields. */
export type Shape<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** A field that must be there. */
export function required<T>(read: Read<T>): Field<T> {
  return { read, otherwise: undefined };
}

/** A field that may be absent. */
export function optional<T>(read: Read<T>, value: T): Field<T> {
  return { read, otherwise: { value } };
}

/** An object of exactly these fields. */
export function shape<F extends Record<string, Field<unknown>>>(fields: F): Read<Shape<F>> {
  const read = parts(fields);
  return (value, path, faults) => {
    const before = faults.length;
    const known = read(value, path, faults);
    return faults.length > before ? undefined : (known as Shape<F> | undefined);
  };
}

/** The same with what has no fault of it, though other fields have. */
export function parts<F extends Record<string, Field<unknown>>>(
  fields: F,
): Read<{ readonly [K in keyof F]: Shape<F>[K] | undefined }> {
  return (value, path, faults) => {
    if (!isObject(value)) return fault(faults, path, `must be a map with ${Object.keys(fields).join(", ")}`, value);
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(fields, key)) {
        faults.push(`${join(path, key)}: is unknown; known here: ${Object.keys(fields).join(", ")}`);
      }
    }
    const read: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(fields)) read[key] = readField(field, value[key], join(path, key), faults);
    return read as Shape<F>;
  };
}

function readField<T>({ read, otherwise }: Field<T>, value: unknown, path: string, faults: string[]): T | undefined {
  if (value !== undefined && value !== null) return read(value, path, faults);
  if (otherwise !== undefined) return otherwise.value;
  faults.push(`${path}: is missing`);
  return undefined;
}

/** A map whose key `type` tells which of the shapes it has; the type stays in the result. */
export function tagged<T>(shapes: Readonly<Record<string, Read<object>>>): Read<T> {
  return (value, path, faults) => {
    const known = Object.keys(shapes).join(", ");
    if (!isObject(value)) return fault(faults, path, `must be a map with type (${known})`, value);
    const { type, ...rest } = value;
    const read = typeof type === "string" && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    if (read === undefined) return fault(faults, join(path, "type"), `must be one of ${known}`, type);
    const inner = read(rest, path, faults);
    return inner === undefined ? undefined : ({ type, ...inner } as T);
  };
}

/** A list; `least` entries at least. */
export function list<T>(read: Read<T>, least = 0): Read<readonly T[]> {
  return (value, path, faults) => {
    if (!Array.isArray(value)) return fault(faults, path, "must be a list", value);
    if (value.length < least) return fault(faults, path, `must have ${least} or more entries`, value);
    const entries = value.map((entry: unknown, at) => read(entry, `${path}[${at}]`, faults));
    return entries.some((entry) => entry === undefined) ? undefined : (entries as T[]);
  };
}

/** A map from any name to values of one kind. */
export function dictionary<T>(read: Read<T>): Read<Readonly<Record<string, T>>> {
  return (value, path, faults) => {
    if (!isObject(value)) return fault(faults, path, "must be a map", value);
    const entries = Object.entries(value).map(([key, entry]) => [key, read(entry, join(path, key), faults)] as const);
    return entries.some(([, entry]) => entry === undefined) ? undefined : (Object.fromEntries(entries) as Record<string, T>);
  };
}

/** A number from `least` to `most`. */
export function number(least = 0, most = Number.MAX_SAFE_INTEGER): Read<number> {
  return (value, path, faults) => {
    if (typeof value === "number" && value >= least && value <= most) return value;
    return fault(faults, path, `must be a number ${range(least, most)}`, value);
  };
}

/** More than any request reaches. */
export const NEVER = 1e15;

/** A number of 0 or more; "never" stands for one that no request reaches. */
export const threshold: Read<number> = (value, path, faults) => {
  if (value === "never") return NEVER;
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  return fault(faults, path, "must be a number of 0 or more, or never", value);
};

/** A whole number from `least` to `most`. */
export function integer(least = 0, most = Number.MAX_SAFE_INTEGER): Read<number> {
  return (value, path, faults) => {
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    return fault(faults, path, `must be a whole number ${range(least, most)}`, value);
  };
}

/** A number above 0. */
export const positive: Read<number> = (value, path, faults) =>
  typeof value === "number" && value > 0 && Number.isFinite(value)
    ? value
    : fault(faults, path, "must be a number above 0", value);

/** Milliseconds: a number, or text such as 30s. */
export const duration: Read<number> = (value, path, faults) => {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  return parsed(fractionalMs, "must be a duration such as 250ms, 30s or 5m", value, path, faults);
};

/** Bytes: a number, or text such as 64KiB. */
export const size: Read<number> = (value, path, faults) =>
  parsed(parseSizeBytes, "must be a size such as 512B, 64KiB or 6MiB", value, path, faults);

/** Tenths of a millisecond count here, which a configuration rounds away. */
function fractionalMs(text: string | number): number {
  const match = /^(\d+(?:\.\d+)?)ms$/.exec(String(text).trim());
  return match === null ? parseDurationMs(text) : Number(match[1]);
}

/** True or false. */
export const boolean: Read<boolean> = (value, path, faults) =>
  typeof value === "boolean" ? value : fault(faults, path, "must be true or false", value);

/** Text that matches. */
export function text(pattern: RegExp, wanted: string): Read<string> {
  return (value, path, faults) =>
    typeof value === "string" && pattern.test(value) ? value : fault(faults, path, `must be ${wanted}`, value);
}

/** One of some words. */
export function oneOf<T extends string>(...words: readonly T[]): Read<T> {
  return (value, path, faults) =>
    words.find((word) => word === value) ?? fault(faults, path, `must be one of ${words.join(", ")}`, value);
}

/** Notes a fault. */
export function fault(faults: string[], path: string, wanted: string, value: unknown): undefined {
  faults.push(`${path === "" ? "the file" : path}: ${wanted}; got ${JSON.stringify(value) ?? "nothing"}`);
  return undefined;
}

function parsed(
  parse: (text: string | number) => number,
  wanted: string,
  value: unknown,
  path: string,
  faults: string[],
): number | undefined {
  try {
    if (typeof value === "number" || typeof value === "string") return parse(value);
  } catch {
    // What is wrong with it is said below, in the words of a scenario.
  }
  return fault(faults, path, wanted, value);
}

function range(least: number, most: number): string {
  return most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
