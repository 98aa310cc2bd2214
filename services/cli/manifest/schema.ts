import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { PACKAGE_ROOT } from "../daemons.js";
import type { ManifestFault } from "./faults.js";

/** Every way in which the value does not fit deploy/schema/<name>.json; none: it does. */
export function schemaFaults(name: "application" | "job", value: unknown): ManifestFault[] {
  const schema = JSON.parse(readFileSync(join(PACKAGE_ROOT, "deploy", "schema", `${name}.json`), "utf8"));
  const validate = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strictTypes: false }).compile(schema);
  return validate(value) ? [] : (validate.errors ?? []).map(faultOf);
}

function faultOf(error: ErrorObject): ManifestFault {
  const path = error.instancePath.split("/").slice(1).map(unescapeStep);
  const { keyword, params } = error;
  if (keyword === "additionalProperties") {
    const known = Object.keys((error.parentSchema?.["properties"] ?? {}) as object).join(", ");
    return { path: [...path, params["additionalProperty"]], atKey: true, message: `is no known key; known are ${known}` };
  }
  if (keyword === "required") return { path: [...path, params["missingProperty"]], message: "is missing" };
  return { path, message: messageOf(error) };
}

function messageOf({ keyword, params, data, message, parentSchema, schema }: ErrorObject): string {
  const got = `got ${JSON.stringify(data) ?? "nothing"}`;
  const wanted = parentSchema?.["description"];
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
    default:
      return `${message ?? "is wrong"}; ${got}`;
  }
}

/** An object is told with its keys. */
function typeOf(schema: unknown, parentSchema: ErrorObject["parentSchema"]): string {
  const keys = Object.keys((parentSchema?.["properties"] ?? {}) as object).join(", ");
  return `of type ${[schema].flat().join(" or ")}${schema === "object" && keys !== "" ? ` with ${keys}` : ""}`;
}

/** A step of a JSON pointer. */
function unescapeStep(step: string): string | number {
  if (/^\d+$/.test(step)) return Number(step);
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
