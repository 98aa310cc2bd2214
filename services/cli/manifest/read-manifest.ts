import { artifactFaults } from "./artifact-faults.js";
import { crossFaults } from "./cross-check.js";
import { parseYaml, readManifestText } from "./parse-yaml.js";
import { checkSchema } from "./schema.js";
import type { Manifest } from "./types.js";

/** Reads a manifest; rejects with INVALID_REQUEST that lists every fault with its line. */
export async function readManifestFile(file: string): Promise<Manifest> {
  return parseManifestText(await readManifestText(file), file);
}

/** The same of a text; `file` is its name in messages, and what the manifest names lies beside it. */
export async function parseManifestText(text: string, file: string): Promise<Manifest> {
  const manifest = await parseYaml(text, file, async (value) => {
    const { faults, sound } = checkSchema<Manifest>("application", value);
    if (sound === undefined) return faults;
    return [...faults, ...crossFaults(sound), ...(await artifactFaults(file, sound.artifact))];
  });
  return manifest as Manifest;
}
