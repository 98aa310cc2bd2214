import { crossFaults } from "./cross-check.js";
import { parseYaml, readManifestText } from "./parse-yaml.js";
import { schemaFaults } from "./schema.js";
import type { Manifest } from "./types.js";

/** Reads a manifest; rejects with INVALID_REQUEST that lists every fault with its line. */
export async function readManifestFile(file: string): Promise<Manifest> {
  return parseManifestText(await readManifestText(file), file);
}

/** The same of a text; `file` is its name in messages. */
export function parseManifestText(text: string, file: string): Manifest {
  return parseYaml(text, file, (value) => {
    const found = schemaFaults("application", value);
    return found.length > 0 ? found : crossFaults(value as Manifest);
  }) as Manifest;
}
