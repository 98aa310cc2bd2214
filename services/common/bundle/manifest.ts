import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { StraightLineError } from "../errors/index.js";

/** bundle.json at the root of a bundle. */
export interface BundleManifest {
  readonly runtime: "node";
  /** Files for the runtime, relative to the bundle; the first is the program. */
  readonly entrypoint: readonly string[];
  readonly readyPath?: string;
  readonly statsPath?: string;
}

/** A manifest is a few lines; anything beyond this is something else. */
const MAX_MANIFEST_BYTES = 64 * 1024;

/** Reads bundle.json of an unpacked bundle; rejects with ARTIFACT_INVALID that says what is wrong with it. */
export async function readManifest(directory: string): Promise<BundleManifest> {
  let value: unknown;
  try {
    const text = await readFile(join(directory, "bundle.json"), "utf8");
    if (text.length > MAX_MANIFEST_BYTES) throw new Error("too large");
    value = JSON.parse(text);
  } catch (error) {
    throw new StraightLineError("ARTIFACT_INVALID", "the bundle has no readable bundle.json at its root", { cause: error });
  }
  return parseManifest(value);
}

/** Checks a manifest; throws ARTIFACT_INVALID. */
export function parseManifest(value: unknown): BundleManifest {
  const { runtime, entrypoint, readyPath, statsPath } = (value ?? {}) as Record<string, unknown>;
  if (runtime !== "node") throw invalid("runtime", 'must be "node"', runtime);
  if (!isWords(entrypoint)) throw invalid("entrypoint", "must be a list of one or more words", entrypoint);
  const program = normalize(entrypoint[0] as string);
  if (program.startsWith("..") || program.startsWith("/")) throw invalid("entrypoint", "must lie in the bundle", entrypoint[0]);
  return { runtime, entrypoint, ...optionalPath("readyPath", readyPath), ...optionalPath("statsPath", statsPath) };
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === "string" && word !== "");
}

function optionalPath<K extends string>(field: K, value: unknown): { [key in K]?: string } {
  if (value === undefined) return {};
  if (typeof value !== "string" || !value.startsWith("/")) throw invalid(field, "must be a path that starts with '/'", value);
  return { [field]: value } as { [key in K]?: string };
}

function invalid(field: string, rule: string, value: unknown): StraightLineError {
  return new StraightLineError("ARTIFACT_INVALID", `bundle.json: ${field} ${rule}; got ${JSON.stringify(value)}`);
}
