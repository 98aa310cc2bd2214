import { crossFaults } from "./cross-check.js";
import { missingFaults } from "./missing-files.js";
import { parseYaml, readManifestText } from "./parse-yaml.js";
import { checkSchema } from "./schema.js";
import type { Manifest } from "./types.js";

/** Reads a manifest; rejects with INVALID_REQUEST that lists every fault with its line. */
export async function readManifestFile(file: string): Promise<Manifest> {
  return parseManifestText(await readManifestText(file), file);
}

/** The same of a text; `file` is its name in messages, and what the manifest names lies beside it. */
export function parseManifestText(text: string, file: string): Manifest {
  return parseYaml(text, file, (value) => {
    const { faults, sound } = checkSchema<Manifest>("application", value);
    if (sound === undefined) return faults;
    const { bundle, model } = sound.artifact ?? {};
    const named = [
      { path: ["artifact", "bundle"], name: bundle },
      { path: ["artifact", "model"], name: model },
    ];
    return [...faults, ...crossFaults(sound), ...missingFaults(file, named)];
  }) as Manifest;
}
