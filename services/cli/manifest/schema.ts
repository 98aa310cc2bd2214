import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { PACKAGE_ROOT } from "../daemons.js";
import type { ManifestFault } from "./faults.js";
import { type Sound, soundPart } from "./sound.js";

/** What a schema says of a value: every fault, and the part that has none. */
export interface Checked<T> {
  readonly faults: readonly ManifestFault[];
  readonly sound: Sound<T> | undefined;
}

/** With too many entries, or too few, a value is still of the right type. */
const OF_LENGTH = ["minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"];

/** Checks a value against deploy/schema/<name>.json. */
export function checkSchema<T>(name: "application" | "job", value: unknown): Checked<T> {
  const schema = JSON.parse(readFileSync(join(PACKAGE_ROOT, "deploy", "schema", `${name}.json`), "utf8"));
  const validate = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strictTypes: false }).compile(schema);
  validate(value);
  // What is wrong with a name is said by the error that this keyword sums up.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "propertyNames");
  const unsound = errors.filter(({ keyword }) => !OF_LENGTH.includes(keyword)).map((error) => faultOf(error).path);
  return { faults: errors.map(faultOf), sound: soundPart(value, unsound) };
}

function faultOf(error: ErrorObject): ManifestFault {
  const path = error.instancePath.split("/").slice(1).map(unescapeStep);
  const { keyword, params, propertyName } = error;
  if (keyword === "additionalProperties") {
    const known = Object.keys((error.parentSchema?.["properties"] ?? {}) as object).join(", ");
    return { path: [...path, params["additionalProperty"]], atKey: true, message: `is no known key; known are ${known}` };
  }
  if (keyword === "required") return { path: [...path, params["missingProperty"]], message: "is missing" };
  if (propertyName !== undefined) return { path: [...path, propertyName], atKey: true, message: messageOf(error) };
  return { path, message: messageOf(error) };
}

function messageOf({ keyword, params, data, message, parentSchema, schema }: ErrorObject): string {
  const got = `got ${valueText(data)}`;
  const wanted = parentSchema?.["description"];
  const entries = Array.isArray(data) ? data : [];
  switch (keyword) {
    case "enum":
      return `must be one of ${(schema as unknown[]).join(", ")}; ${got}`;
    case "pattern":
      return `must be ${wanted ?? `like ${params["pattern"]}`}; ${got}`;
    case "type":
      return `must be ${typeof wanted === "string" && /^[a-z0-9]/.test(wanted) ? wanted : typeOf(schema, parentSchema)}; ${got}`;
    case "minProperties":
    case "maxProperties":
      return `must be exactly one of ${Object.keys(parentSchema?.["properties"] ?? {}).join(", ")}`;
    case "minItems":
      return `must have ${schema} or more entries; has ${entries.length}`;
    case "maxItems":
      return `must have at most ${schema} entries; has ${entries.length}`;
    case "uniqueItems":
      return `${valueText(entries[params["j"]])} stands twice; keep one`;
    case "minLength":
      return "must not be empty";
    default:
      return `${message ?? "is wrong"}; ${got}`;
  }
}

const MAX_VALUE_CHARACTERS = 100;

/** A value in a message. A number may be one that JSON does not know, and a value that holds itself has no text. */
function valueText(value: unknown): string {
  if (typeof value === "number") return String(value);
  try {
    const text = JSON.stringify(value) ?? "nothing";
    return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}...` : text;
  } catch {
    return "a value that holds itself";
  }
}

/** Types in the words of those who write YAML. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

/** A map is told with its keys. */
function typeOf(schema: unknown, parentSchema: ErrorObject["parentSchema"]): string {
  const keys = Object.keys((parentSchema?.["properties"] ?? {}) as object).join(", ");
  const types = [schema].flat().map((type) => TYPE_WORDS[String(type)] ?? String(type));
  return `${types.join(" or ")}${schema === "object" && keys !== "" ? ` with ${keys}` : ""}`;
}

/** A step of a JSON pointer. */
function unescapeStep(step: string): string | number {
  if (/^\d+$/.test(step)) return Number(step);
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
